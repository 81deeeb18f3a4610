// A trace store that is down for as long as a restart takes, under the export settings of docker-compose.yml.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { composeExportTimeout } from '../compose-env.ts';
import { ROOT } from './root.ts';

/** How long the store is down. With OpenTelemetry's own timeout of 10 s, the last retry comes after 8 s. */
const OUTAGE_MS = 10_000;
const PATIENCE = { timeout: 20_000, interval: 20 };

interface Export {
  resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[];
}

/** Receives OTLP/JSON on `port`; 0 is any. Each span that it acknowledges is added to `received`. */
async function openStore(port: number, received: string[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Export;
    for (const { scopeSpans } of resourceSpans)
      for (const { spans } of scopeSpans) received.push(...spans.map(({ spanId }) => spanId));
    response.end('{}');
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
}

const src = (file: string) => `file://${join(ROOT, 'packages/tracing/src', file)}`;
/** Makes a span every 20 ms until its stdin ends, then prints their number. */
const PROGRAM = `import { withSpan } from '${src('spans/span.ts')}';
import { shutdownTelemetry } from '${src('sdk/lifecycle.ts')}';
let ended = false;
let made = 0;
process.stdin.resume().once('end', () => { ended = true; });
while (!ended) {
  await withSpan('work', {}, async () => {});
  made += 1;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await shutdownTelemetry();
console.log(made);`;

it('every span arrives once when the store was down for 10 s', { timeout: 60_000 }, async () => {
  const received: string[] = [];
  const store = await openStore(0, received);
  const { port } = store.address() as AddressInfo;
  const args = ['--import', src('register.ts'), '--input-type=module', '-e', PROGRAM];
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: await composeExportTimeout(),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const printed = text(child.stdout);
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(0), PATIENCE);
  store.close();
  store.closeAllConnections();
  const before = received.length;
  await wait(OUTAGE_MS);
  const again = await openStore(port, received);
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(before), PATIENCE);
  child.stdin.end();
  const made = Number(await printed);
  again.close();
  again.closeAllConnections();
  expect(new Set(received).size).toBe(made);
  expect(received).toHaveLength(made);
});
