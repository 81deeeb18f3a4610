// The doctor over HTTP on a real port, with an unmodified client, reading from a trace store in memory.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { listen } from '@trace-mesh/runtime/listen';
import { expected } from '@trace-mesh/scenarios/expected';
import { storeAt } from '@trace-mesh/trace-doctor/answers/store';
import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { createLogger } from '@trace-mesh/tracing/logger';
import { doctorHandler } from './http.ts';

export const ERAS = { modern: { pin: '2026-07-28' }, legacy: 'legacy' } as const;
export type Era = keyof typeof ERAS;

/** A client connected to the doctor at this URL. */
export async function connect(url: string, era: Era) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: ERAS[era] } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** The doctor on these traces, and what it logged. */
export async function serveTraces(traces: Trace[]) {
  const stack = new AsyncDisposableStack();
  const store = stack.use(await startJaegerDouble(traces));
  const logged: string[] = [];
  const logger = createLogger({ write: (line) => void logged.push(line) });
  const open = async (signal: AbortSignal) => storeAt(store.url, signal);
  const handler = stack.use(doctorHandler({ open, expected, logger }));
  const server = stack.use(
    await listen((request, response) => void handler(request as never, response as never, () => {}), {
      host: '127.0.0.1',
      port: 0,
    }),
  );
  // A client's unused connection would keep the server open for seconds.
  stack.defer(() => server.server.closeAllConnections());
  return Object.assign(stack, { url: `http://127.0.0.1:${server.port}/mcp`, logged, store });
}
