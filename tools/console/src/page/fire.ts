// The click: the root of the trace. It lasts until the result is there, and everything the page does meanwhile is below it.
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import type { PageFireRequest, ShownScenario } from '../messages.ts';
import { listen, type PageListener } from './hub.ts';
import { getToken, postFiring, watchFiring } from './server.ts';
import { type AllKnobs, begin, change, firing, hear, knobs, prompt, pushed, session } from './state.ts';
import { type Context, flush, ROOT_CONTEXT, setRatio, spanContextOf, withSpan } from './tracing.ts';

/** How long the last push may take once the result is there, in ms. */
const LAST_PUSH_MS = 5_000;

/** Fires the scenario with what is set on the page. What goes wrong is told on the page. */
export async function fire(scenario: ShownScenario): Promise<void> {
  const turned = knobs.value;
  setRatio(turned.force ? 1 : turned.samplingRatio);
  try {
    const init = { attributes: { 'mesh.scenario.name': scenario.name } };
    const watching = await withSpan('click fire', ROOT_CONTEXT, init, (ctx) => click(scenario, ctx, turned));
    await flush();
    await watching.over;
  } catch (error) {
    await flush();
    change({ error: error instanceof Error ? error.message : String(error), progress: 'It failed.' });
  }
  change({ over: true });
}

/** Resolves when the result is there; the verdict comes after the click's span has ended, and is in `over`. */
async function click(
  scenario: ShownScenario,
  ctx: Context,
  turned: AllKnobs,
): Promise<{ over: Promise<void> }> {
  begin(scenario, spanContextOf(ctx).traceId);
  const taskId = crypto.randomUUID();
  const token = await getToken();
  using listening = scenario.makesTask ? await hearOf(taskId, token, ctx, turned) : undefined;
  const carry = !turned.dropHere.includes('browser:http');
  const request = requestOf(scenario, clickOf(ctx), taskId, turned);
  const { firingId, unheard } = await postFiring(request, { parent: ctx, carry, force: turned.force, token });
  change({
    progress: unheard.length > 0 ? `Fired; ${unheard.join(', ')} did not take the knobs.` : 'Fired.',
  });
  const settled = Promise.withResolvers<void>();
  const over = watchFiring(firingId, (event) => {
    hear(event);
    if (event.type === 'result' || event.type === 'failed') settled.resolve();
  });
  await Promise.race([settled.promise, over]);
  if (listening && firing.value?.result) await lastPush(listening.ended);
  return { over };
}

const hearOf = (
  taskId: string,
  token: string,
  parent: Context,
  { dropHere }: AllKnobs,
): Promise<PageListener> =>
  listen({
    url: session.value?.hubUrl ?? '',
    token,
    taskId,
    parent,
    carry: !dropHere.includes('browser:websocket'),
    onEvent: pushed,
  });

const clickOf = (ctx: Context): PageFireRequest['click'] => {
  const { traceId, traceFlags } = spanContextOf(ctx);
  return { traceId, sampled: (traceFlags & 1) !== 0 };
};

function requestOf(
  { name }: ShownScenario,
  click: PageFireRequest['click'],
  taskId: string,
  turned: AllKnobs,
): PageFireRequest {
  const { samplingRatio, sqsMode, fail, slow, drop } = turned;
  const text = prompt.value.trim();
  return {
    scenario: name,
    ...(text && { prompt: text }),
    click,
    taskId,
    knobs: { samplingRatio, sqsMode, fail, slow, drop },
  };
}

/** A push that does not come is seen in the verdict, as its hop is missing. */
async function lastPush(ended: Promise<TaskEvent>): Promise<void> {
  const overdue = new Promise((resolve) => setTimeout(resolve, LAST_PUSH_MS));
  await Promise.race([ended.catch(() => undefined), overdue]);
}
