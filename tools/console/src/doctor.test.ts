// The trace doctor for agents, in the console: an unmodified client of each era, and callers that are refused.
import { once } from 'node:events';
import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { doctorHandler } from '@trace-mesh/doctor-mcp/http';
import { listen } from '@trace-mesh/runtime/listen';
import { expected } from '@trace-mesh/scenarios/expected';
import { storeAt } from '@trace-mesh/trace-doctor/answers/store';
import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import { createLogger } from '@trace-mesh/tracing/logger';
import { expect, it } from 'vitest';
import { createApp } from './app.ts';

/** The console with the doctor, on a store without traces. */
async function start() {
  const stack = new AsyncDisposableStack();
  const store = stack.use(await startJaegerDouble([]));
  const logger = createLogger({ write: () => {} });
  const open = async (signal: AbortSignal) => storeAt(store.url, signal);
  const doctor = stack.use(doctorHandler({ open, expected, logger }));
  const rest = { page: {}, hubUrl: 'ws://127.0.0.1/ws', allowedHosts: ['127.0.0.1'], logger };
  const session = { endpoints: { viewer: '' }, lab: {}, firings: {}, tokens: {} };
  const app = createApp({ ...rest, ...session, doctor } as never);
  const server = stack.use(await listen(app, { host: '127.0.0.1', port: 0 }));
  stack.defer(() => server.server.closeAllConnections());
  return Object.assign(stack, { port: server.port, url: `http://127.0.0.1:${server.port}/mcp` });
}

it.each([
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025-11-25', 'legacy'],
] as const)('an agent asks the doctor on /mcp, %s', async (version, mode) => {
  await using console = await start();
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(console.url)));
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  const { structuredContent } = await client.callTool({ name: 'find_traces', arguments: {} });
  expect(structuredContent).toMatchObject({ traces: [], more: 0 });
  await client.close();
});

it.each([
  ['a page of another origin', { origin: 'https://evil.example' }],
  ['a name that resolves to this machine', { host: 'evil.example' }],
])('%s is refused', async (_, headers) => {
  await using console = await start();
  const sent = request({ port: console.port, host: '127.0.0.1', path: '/mcp', method: 'POST', headers });
  sent.end('{}');
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(403);
});
