import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, expect, it } from 'vitest';

/** The names of the spans that an OTLP/JSON server has received. */
let received: string[] = [];
beforeEach(() => {
  received = [];
});
const server = createServer(async (request, response) => {
  const { resourceSpans } = JSON.parse(await text(request));
  for (const { scopeSpans } of resourceSpans)
    for (const { spans } of scopeSpans) received.push(...spans.map(({ name }: { name: string }) => name));
  response.end('{}');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
afterAll(() => void server.close());
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const src = (file: string) => new URL(`../${file}`, import.meta.url).href;
const WORK = `import { withSpan } from '${src('spans/span.ts')}';
import { shutdownTelemetry } from '${src('sdk/lifecycle.ts')}';
await withSpan('work', {}, async () => {});`;

/** A program under the preload that does some work and then ends by `end`. */
async function run(end: string, env: Record<string, string> = {}) {
  const args = ['--import', src('register.ts'), '--input-type=module', '-e', `${WORK}\n${end}`];
  // The next export is far away: only the end of the process can send.
  const settings = { OTEL_BSP_SCHEDULE_DELAY: '600000', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...env };
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, stderr };
}
const LOST = /^1 ended spans were not exported: .*shutdownTelemetry/m;

it('a script that ends by itself exports its spans', async () => {
  expect(await run('')).toEqual({ code: 0, stderr: '' });
  expect(received).toEqual(['work']);
});

it('spans that end while others are exported at the end of the process are exported, too', async () => {
  const more = `process.once('beforeExit', () => void withSpan('more', {}, async () => {}));`;
  expect(await run(more)).toEqual({ code: 0, stderr: '' });
  expect(received.toSorted()).toEqual(['more', 'work']);
});

it('process.exit with an exit code keeps the code and reports the spans that are lost', async () => {
  const { code, stderr } = await run('process.exit(3)');
  expect([code, received]).toEqual([3, []]);
  expect(stderr).toMatch(LOST);
});

it('process.exit after shutdownTelemetry loses no span and reports nothing', async () => {
  expect(await run('await shutdownTelemetry(); process.exit(0)')).toEqual({ code: 0, stderr: '' });
  expect(received).toEqual(['work']);
});

it('an error that is not caught ends the process as it does without tracing, and the lost spans are reported', async () => {
  const { code, stderr } = await run(`throw new Error('broken')`);
  expect([code, received]).toEqual([1, []]);
  expect(stderr).toContain('Error: broken');
  expect(stderr).toMatch(LOST);
});

it('a script ends by itself after OTEL_EXPORTER_OTLP_TIMEOUT where the collector does not respond', async () => {
  const silent = createTcpServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
  expect(await run('', env)).toEqual({ code: 0, stderr: '' });
  silent.close();
});

it('a script ends by itself where no collector listens', async () => {
  const unreachable = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  };
  const { code } = await run('', unreachable);
  expect(code).toBe(0);
});
