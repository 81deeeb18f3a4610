// The process under test: a Node process with the tracing preload, like every service, because instrumentations cannot patch
// modules in vitest's workers. It opens every transport and carries the requested flows.
import { trace } from '@opentelemetry/api';
import { extractContext, injectContext, runInContext } from '@trace-mesh/tracing/carrier';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { withSpan } from '@trace-mesh/tracing/span';
import { getEachMessage, getOneMessage, sendMessage } from 'execa';
import { type Answer, type Arrived, type Crossing, type Flow, type Opening, READY } from './flow.ts';
import { tamperWithPropagation, withWire } from './tampering.ts';
import type { OpenTransport } from './transport.ts';
import { transports } from './transports.ts';

const { env } = (await getOneMessage()) as unknown as Opening;
tamperWithPropagation();
const opened = new AsyncDisposableStack();
const open = new Map<string, OpenTransport>();
for (const transport of transports) open.set(transport.name, opened.use(await transport.open(env)));
await sendMessage(READY);

const answer = async (flow: Flow): Promise<Answer> => {
  try {
    return { id: flow.id, crossing: await cross(flow) };
  } catch (error) {
    return { id: flow.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

for await (const message of getEachMessage()) {
  if (message === 'stop') break;
  void answer(message as unknown as Flow).then((result) => sendMessage(JSON.parse(JSON.stringify(result))));
}
await opened.disposeAsync();
await shutdownTelemetry();
process.exit(0);

/** Crosses once, from a span `near` whose parent is the flow's context. */
function cross({ transport, carrier, wire }: Flow): Promise<Crossing> {
  const over = open.get(transport);
  if (!over) throw new Error(`there is no transport ${transport}`);
  const given = extractContext(carrier);
  return runInContext(wire ? withWire(given, wire) : given, () =>
    withSpan('near', {}, async (span) => {
      const { traceId, spanId } = span.spanContext();
      return { near: { traceId, spanId }, far: await over.carry(arrived) };
    }),
  );
}

/** The test-only receiver. */
async function arrived(): Promise<Arrived> {
  const span = trace.getActiveSpan()?.spanContext();
  return { traceId: span?.traceId ?? '', spanId: span?.spanId ?? '', carrier: injectContext() };
}
