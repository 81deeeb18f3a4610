// The lines of the mesh that the lab rewrites in the memory of its processes, as Node loads them: each still does what it did,
// and asks the knobs. The services know nothing of it.
import { own } from '@trace-mesh/scenarios/services';

export interface Line {
  /** Text that stands in the file exactly once, and what is put in its place; `$lab` is the module's. */
  find: string;
  replace: string;
}

export interface Rewritten {
  /** The source file, from the root of the repository. */
  file: string;
  /** The file beside this one whose functions the lines call. */
  module: string;
  /** The processes in which it is rewritten; by default all. */
  only?: string[];
  lines: Line[];
}

/** The processes in which the lab acts, by `OTEL_SERVICE_NAME`. */
export const SERVICES = [
  ...['agent', 'edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'],
  ...own.map(({ name }): string => name),
];

/** Before this line the place is passed. */
const before = (place: string, find: string): Line => ({
  find,
  replace: `await $lab.pass('${place}'); ${find}`,
});

const MESSAGE: Line = {
  find: '...carryContext(body, attributes, limitsOf(queue, fifo))',
  replace: '...$lab.queued(carryContext(body, attributes, limitsOf(queue, fifo)), body, attributes)',
};

const carriers: Rewritten[] = [
  {
    file: 'packages/tracing/src/mcp/meta.ts',
    module: 'carriers.ts',
    lines: [{ find: 'const context = traceMeta();', replace: 'const context = $lab.meta(traceMeta());' }],
  },
  { file: 'packages/tracing/src/sqs/send.ts', module: 'carriers.ts', lines: [MESSAGE] },
  { file: 'packages/tracing/src/sqs/batch.ts', module: 'carriers.ts', lines: [MESSAGE] },
  {
    file: 'packages/tracing/src/redis/redis.ts',
    module: 'carriers.ts',
    lines: [
      {
        find: "trace_context = injectContext('redis')",
        replace: "trace_context = $lab.envelope(injectContext('redis'))",
      },
    ],
  },
  {
    file: 'packages/tracing/src/redis/stream.ts',
    module: 'carriers.ts',
    lines: [{ find: "injectContext('redis-stream')", replace: "$lab.fields(injectContext('redis-stream'))" }],
  },
  {
    file: 'services/rest-api/src/tasks.ts',
    module: 'carriers.ts',
    lines: [{ find: "injectContext('outbox')", replace: "$lab.stored(injectContext('outbox'))" }],
  },
];

const sockets: Rewritten[] = [
  {
    file: 'packages/tracing/src/websocket/connect.ts',
    module: 'sockets.ts',
    lines: [
      {
        find: 'injectContext(`websocket-${via}`)',
        replace: '$lab.opening(injectContext(`websocket-${via}`))',
      },
      {
        find: '() => new WebSocket(url, protocols, options)',
        replace:
          '() => { $lab.handshake(via, sent, protocols); return new WebSocket(url, protocols, options); }',
      },
    ],
  },
  {
    file: 'packages/tracing/src/websocket/message.ts',
    module: 'sockets.ts',
    lines: [{ find: 'codec.encode(message, carrier)', replace: '$lab.encoded(codec, message, carrier)' }],
  },
];

const propagation: Rewritten[] = [
  {
    file: 'packages/tracing/src/context/propagator.ts',
    module: 'propagation.ts',
    lines: [
      { find: 'new EgressPropagator(decorate(all))', replace: '$lab.watching(new EgressPropagator(all))' },
    ],
  },
  {
    file: 'packages/tracing/src/sdk/instrumentations.ts',
    module: 'propagation.ts',
    lines: [
      {
        find: "'@opentelemetry/instrumentation-undici': {",
        replace: "'@opentelemetry/instrumentation-undici': { requestHook: $lab.noteFetch,",
      },
    ],
  },
];

const decisions: Rewritten[] = [
  {
    file: 'packages/tracing/src/sampling/sampler.ts',
    module: 'sampling.ts',
    lines: [
      {
        find: 'const { sampled, rule } = decide(entry);',
        replace: 'const { sampled, rule } = $lab.sampled(entry, decide(entry), ratios);',
      },
    ],
  },
  {
    file: 'packages/tracing/src/sqs/receive.ts',
    module: 'switches.ts',
    only: ['worker'],
    lines: [{ find: "mode === 'link'", replace: "$lab.sqsMode(mode) === 'link'" }],
  },
];

const places: Rewritten[] = [
  {
    file: 'services/edge-mcp/src/tools/create-task.ts',
    module: 'switches.ts',
    lines: [before('edge-mcp', 'const { tenantId } = deps.identity;')],
  },
  {
    file: 'services/rest-api/src/routes/create-task.ts',
    module: 'switches.ts',
    lines: [before('rest-api', 'const priced = await reserveFor(')],
  },
  {
    file: 'services/cost-ledger/src/rpc/reserve.ts',
    module: 'switches.ts',
    lines: [before('cost-ledger', 'const reserved = await budget.reserve(')],
  },
  {
    file: 'services/worker/src/handlers/run-task.ts',
    module: 'switches.ts',
    lines: [before('worker', 'const { text, costMicroUsd } = await model.ask(')],
  },
  {
    file: 'services/ws-hub/src/fan-out.ts',
    module: 'switches.ts',
    lines: [before('ws-hub', 'const sends = registry.subscriptions(event)')],
  },
];

export const rewritten: Rewritten[] = [...carriers, ...sockets, ...propagation, ...decisions, ...places];

/** The source with its lines rewritten. Throws an Error that names a line which does not stand there exactly once. */
export function rewrite(source: string, { file, module, lines }: Rewritten): string {
  const live = new URL(module, import.meta.url).href;
  const changed = lines.reduce((text, { find, replace }) => {
    if (text.split(find).length !== 2)
      throw new Error(`the lab: ${file} does not hold this exactly once: ${find}`);
    return text.replace(find, () => replace);
  }, source);
  // On the first line, so that every other keeps its number.
  return `import * as $lab from '${live}'; ${changed}`;
}
