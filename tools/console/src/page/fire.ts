// The click is the root of the trace. Its span lasts until the result; everything that the page does until then is
// below it.
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import type { ShownScenario } from '../messages.ts';
import { listen } from './hub.ts';
import { getToken, postFiring, watchFiring } from './server.ts';
import { type AllKnobs, begin, change, knobs, newest, prompt, pushed, receive, session } from './state.ts';
import { type Context, flush, ROOT_CONTEXT, setRatio, spanContextOf, withSpan } from './tracing.ts';

/** How long the last push may take after the result, in ms. */
const LAST_PUSH_MS = 5_000;

/** Fires the scenario with the settings of the page. Errors are shown on the page. */
export async function fire(scenario: ShownScenario): Promise<void> {
  const values = knobs.value;
  setRatio(values.force ? 1 : values.samplingRatio);
  try {
    const init = { attributes: { 'mesh.scenario.name': scenario.name } };
    const watching = await withSpan('click fire', ROOT_CONTEXT, init, (ctx) => click(scenario, ctx, values));
    await flush();
    await watching.over;
  } catch (error) {
    await flush();
    change({ error: error instanceof Error ? error.message : String(error), progress: 'Failed.' });
  }
  change({ over: true });
}

/** Resolves with the result; `over` resolves with the verdict, after the click's span has ended. */
async function click(
  scenario: ShownScenario,
  ctx: Context,
  values: AllKnobs,
): Promise<{ over: Promise<void> }> {
  const { force, dropHere, ...meshKnobs } = values;
  const { traceId, traceFlags } = spanContextOf(ctx);
  begin(scenario, traceId);
  const taskId = crypto.randomUUID();
  const token = await getToken();
  using listening = scenario.makesTask
    ? await listen({
        url: session.value?.hubUrl ?? '',
        token,
        taskId,
        parent: ctx,
        carry: !dropHere.includes('browser:websocket'),
        onEvent: pushed,
      })
    : undefined;
  const text = prompt.value.trim();
  const request = {
    scenario: scenario.name,
    ...(text && { prompt: text }),
    click: { traceId, sampled: (traceFlags & 1) !== 0 },
    taskId,
    knobs: meshKnobs,
  };
  const carry = !dropHere.includes('browser:http');
  const { firingId, missing } = await postFiring(request, { parent: ctx, carry, force, token });
  change({
    progress: missing.length > 0 ? `Fired; ${missing.join(', ')} did not confirm the knobs.` : 'Fired.',
  });
  const settled = Promise.withResolvers<void>();
  const over = watchFiring(firingId, (event) => {
    receive(event);
    if (event.type === 'result' || event.type === 'failed') settled.resolve();
  });
  await Promise.race([settled.promise, over]);
  if (listening && newest.value?.result) await lastPush(listening.ended);
  return { over };
}

/** A missing push is a missing hop in the verdict. */
async function lastPush(ended: Promise<TaskEvent>): Promise<void> {
  const overdue = new Promise((resolve) => setTimeout(resolve, LAST_PUSH_MS));
  await Promise.race([ended.catch(() => undefined), overdue]);
}
