// What each row of the propagation matrix hangs on: take this line away and the hop breaks. `--break ROW` does so in the
// memory of the demo's own processes (break-preload.ts); the services know nothing of it.

/** One line of source, taken out. */
export interface Break {
  row: number;
  /** What is missing then, in a few words. */
  what: string;
  /** The processes in which it is taken out. */
  services: string[];
  /** The source file, from the root of the repository. */
  file: string;
  /** Text that stands in the file exactly once, and what is put in its place. */
  find: string;
  replace: string;
}

const W3C = 'new TraceContextPropagator()';
/** Keeps the propagator from reading carriers that look like this. */
const deaf = (carrier: string) =>
  `new (class extends TraceContextPropagator { extract(ctx, carrier, getter) { return ${carrier} ? ctx : super.extract(ctx, carrier, getter); } })()`;
/** Metadata into which nothing can be written, so that the instrumentation's injection is lost. */
const MUTE_METADATA = 'Object.assign(callMetadata(options), { set() {}, clone() { return this; } })';

const BARE_MESSAGE = 'MessageBody: JSON.stringify(body)';

export const breaks: Break[] = [
  {
    row: 1,
    what: 'rest-api does not read the traceparent header',
    services: ['rest-api'],
    file: 'packages/tracing/src/context/propagator.ts',
    find: W3C,
    replace: deaf('carrier.host'),
  },
  {
    row: 2,
    what: 'the agent calls the tool without context in _meta',
    services: ['agent'],
    file: 'packages/tracing/src/mcp/meta.ts',
    find: 'const context = traceMeta();',
    replace: 'const context = {};',
  },
  {
    row: 3,
    what: 'the server on stdio does not read _meta',
    services: ['edge-mcp'],
    file: 'packages/tracing/src/mcp/server.ts',
    find: 'propagation.extract(rootWithSamplingRequest(http), metaCarrier(request.params))',
    replace:
      "transport === 'stdio' ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, metaCarrier(request.params))",
  },
  {
    row: 4,
    what: 'cost-ledger does not read the metadata',
    services: ['cost-ledger'],
    file: 'packages/tracing/src/context/propagator.ts',
    find: W3C,
    replace: deaf('true'),
  },
  {
    row: 5,
    what: 'the server stream is opened without context in its metadata',
    services: ['agent'],
    file: 'packages/runtime/src/grpc/client-streams.ts',
    find: 'open(callMetadata(options),',
    replace: `open(${MUTE_METADATA},`,
  },
  {
    row: 6,
    what: 'the client stream is opened without context in its metadata',
    services: ['agent'],
    file: 'packages/runtime/src/grpc/client-streams.ts',
    find: 'start(callMetadata(options),',
    replace: `start(${MUTE_METADATA},`,
  },
  {
    row: 7,
    what: 'the bidi stream is opened without context in its metadata',
    services: ['agent'],
    file: 'packages/runtime/src/grpc/client-streams.ts',
    find: 'begin(callMetadata(options),',
    replace: `begin(${MUTE_METADATA},`,
  },
  {
    row: 8,
    what: 'the message is sent without attributes',
    services: ['agent'],
    file: 'packages/tracing/src/sqs/send.ts',
    find: '...carryContext(body, attributes, limitsOf(queue, fifo))',
    replace: BARE_MESSAGE,
  },
  {
    row: 8,
    what: 'the message is sent without attributes',
    services: ['rest-api'],
    file: 'packages/tracing/src/sqs/batch.ts',
    find: '...carryContext(body, attributes, limitsOf(queue, fifo))',
    replace: BARE_MESSAGE,
  },
  {
    row: 9,
    what: 'the entries of a batch carry no context of their own',
    services: ['agent', 'rest-api'],
    file: 'packages/tracing/src/sqs/batch.ts',
    find: '...carryContext(body, attributes, limitsOf(queue, fifo))',
    replace: BARE_MESSAGE,
  },
  {
    row: 10,
    what: 'an attempt knows nothing of the one before it',
    services: ['worker'],
    file: 'packages/tracing/src/sqs/receive.ts',
    find: '...linkTo(previous)',
    replace: '',
  },
  {
    row: 11,
    what: 'with ten attributes taken, the body carries no context either',
    services: ['agent'],
    file: 'packages/tracing/src/sqs/carrier.ts',
    find: "{ ...body, trace: injectContext('sqs-body') }",
    replace: 'body',
  },
  {
    row: 12,
    what: 'the outbox row keeps no context',
    services: ['rest-api'],
    file: 'services/rest-api/src/tasks.ts',
    find: "const stored = injectContext('outbox');",
    replace: 'const stored = {};',
  },
  {
    row: 13,
    what: 'the job does not link to its submitter',
    services: ['rest-api'],
    file: 'packages/tracing/src/spans/links.ts',
    find: 'links: linkTo(cause)',
    replace: 'links: []',
  },
  {
    row: 14,
    what: "the items' work runs beside their spans, not in them",
    services: ['rest-api'],
    file: 'packages/tracing/src/spans/batch.ts',
    find: '() => work(item, index))',
    replace: '() => {}).then(() => work(item, index))',
  },
  {
    row: 15,
    what: 'the handshake carries no context, in whichever way',
    services: ['agent'],
    file: 'packages/tracing/src/websocket/connect.ts',
    find: 'const carrier = injectContext(`websocket-${via}`);',
    replace: 'const carrier = {};',
  },
  {
    row: 16,
    what: 'the envelopes of the hub carry no context',
    services: ['ws-hub'],
    file: 'packages/tracing/src/websocket/envelope.ts',
    find: 'const trace_context = toTraceContext(carrier);',
    replace: 'const trace_context = undefined;',
  },
  {
    row: 17,
    what: 'the frames of the hub have no trace block',
    services: ['ws-hub'],
    file: 'packages/tracing/src/websocket/frame-codec.ts',
    find: 'const trace = traceBlock(carrier);',
    replace: 'const trace = undefined;',
  },
  {
    row: 18,
    what: 'the pushes are sent from outside the event',
    services: ['ws-hub'],
    file: 'packages/tracing/src/websocket/message.ts',
    find: 'kind: SpanKind.PRODUCER,',
    replace: 'kind: SpanKind.PRODUCER, parent: trace.deleteSpan(context.active()),',
  },
  {
    row: 19,
    what: 'the Redis command is sent from outside the work',
    services: ['worker'],
    file: 'packages/tracing/src/redis/redis.ts',
    find: 'await redis.publish(channel, text);',
    replace:
      "const { withoutParent } = await import('@trace-mesh/tracing/span'); await withoutParent(() => redis.publish(channel, text));",
  },
  {
    row: 19,
    what: 'the budget is read from outside the call',
    services: ['cost-ledger'],
    file: 'services/cost-ledger/src/budget-cache.ts',
    find: 'await redis.get(key(tenantId))',
    replace: "await (await import('@trace-mesh/tracing/span')).withoutParent(() => redis.get(key(tenantId)))",
  },
  {
    row: 20,
    what: 'the Redis envelope carries no context',
    services: ['worker'],
    file: 'packages/tracing/src/redis/redis.ts',
    find: "trace_context = injectContext('redis')",
    replace: 'trace_context = {}',
  },
  {
    row: 21,
    what: 'the stream entries have no fields for the context',
    services: ['worker'],
    file: 'packages/tracing/src/redis/stream.ts',
    find: '{ ...carrier, [DATA_FIELD]: JSON.stringify(data) }',
    replace: '{ [DATA_FIELD]: JSON.stringify(data) }',
  },
  {
    row: 22,
    what: 'the transaction queries from outside the request',
    services: ['rest-api'],
    file: 'services/rest-api/src/tasks.ts',
    find: 'async (tx) => {',
    replace:
      "async (traced) => { const { withoutParent } = await import('@trace-mesh/tracing/span'); const tx = { query: (...query) => withoutParent(() => traced.query(...query)) };",
  },
  {
    row: 23,
    what: 'the model is asked from outside the work',
    services: ['worker'],
    file: 'services/worker/src/handlers/run-task.ts',
    find: 'await model.ask({ prompt, maxTokens, mode, onText, signal })',
    replace:
      "await (await import('@trace-mesh/tracing/span')).withoutParent(() => model.ask({ prompt, maxTokens, mode, onText, signal }))",
  },
  {
    row: 25,
    what: 'a cancelled call leaves its span open',
    services: ['edge-mcp'],
    file: 'packages/tracing/src/mcp/operations.ts',
    find: 'for (const operation of left) finish(operation, CANCELLED);',
    replace: 'void left;',
  },
  {
    row: 24,
    what: 'the failing call says nothing of its error',
    services: ['cost-ledger'],
    file: 'packages/tracing/src/errors/grpc.ts',
    find: 'metadata.set(DETAILS_KEY, status);',
    replace: '',
  },
];
