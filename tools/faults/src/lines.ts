// The lines that have no hook: rewritten in memory as Node loads them, to read the knobs. Each still does what it did.
import { services } from '@trace-mesh/topology/services';
import type { Place } from './knobs.ts';

export interface Line {
  /** The source file, from the root of the repository. */
  file: string;
  /** Text that the file holds exactly once, and its replacement; `$lab` is the module switches.ts. */
  find: string;
  replace: string;
}

/** The processes in which the preload acts, by `OTEL_SERVICE_NAME`. */
export const SERVICES = ['agent', ...services.map(({ name }): string => name)];

/** Work fails or waits at the place before the text `find`. */
const place = (at: Place, file: string, find: string): Line => ({
  file: `services/${at}/src/${file}`,
  find,
  replace: `await $lab.pass('${at}'); ${find}`,
});

export const lines: readonly Line[] = [
  {
    file: 'packages/tracing/src/sampling/sampler.ts',
    find: 'const decided = decide(entry);',
    replace: 'const decided = $lab.sampled(entry, decide(entry), ratios);',
  },
  {
    file: 'packages/tracing/src/sqs/receive.ts',
    find: "mode === 'link'",
    replace: "$lab.sqsMode(mode) === 'link'",
  },
  {
    file: 'packages/tracing/src/sqs/receive.ts',
    find: 'messages.map(extractFromMessage)',
    replace: '$lab.received(messages).map(extractFromMessage)',
  },
  place('edge-mcp', 'tools/create-task.ts', 'const { tenantId } = deps.identity;'),
  place('rest-api', 'routes/create-task.ts', 'const priced = await reserveFor('),
  place('cost-ledger', 'rpc/reserve.ts', 'const reserved = await budget.reserve('),
  place('worker', 'handlers/run-task.ts', 'const { text, costMicroUsd } = await model.ask('),
  place('ws-hub', 'fan-out.ts', 'const sends = registry.subscriptions(event)'),
];

const SWITCHES = new URL('./switches.ts', import.meta.url).href;

/** The source with lines of its file rewritten. Throws an Error that names a line which is absent or not unique. */
export function rewrite(source: string, own: readonly Line[]): string {
  const rewritten = own.reduce((text, { file, find, replace }) => {
    if (text.split(find).length === 2) return text.replace(find, () => replace);
    throw new Error(
      `faults: ${file} does not hold this exactly once: ${find} (update tools/faults/src/lines.ts)`,
    );
  }, source);
  // On the first line, so that every other keeps its number.
  return `import * as $lab from '${SWITCHES}'; ${rewritten}`;
}
