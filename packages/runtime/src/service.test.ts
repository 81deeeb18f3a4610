// Each test starts a process, the fixture, beside a trace backend.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ListeningServer, listen } from './listen.ts';
import { FLUSH_DEADLINE_MS } from './service.ts';

const FIXTURE = fileURLToPath(new URL('./service.fixture.ts', import.meta.url));
const REGISTER = import.meta.resolve('@trace-mesh/tracing/register');
const LOCAL = { host: '127.0.0.1', port: 0 };
// A process may start slowly on a loaded machine.
vi.setConfig({ testTimeout: 30_000 });
// Longer than any test: spans arrive by the export at exit only.
const NEVER_MS = '600000';

interface Export {
  resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
}

const received: string[] = [];
let backend: ListeningServer;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  backend = await listen(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Export;
    for (const { scopeSpans } of resourceSpans) {
      for (const { spans } of scopeSpans) received.push(...spans.map((span) => span.name));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }, LOCAL);
});
afterAll(() => backend[Symbol.asyncDispose]());
beforeEach(() => {
  received.length = 0;
  env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HEALTH_PORT: '0',
    OTEL_SERVICE_NAME: 'tiny',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${backend.port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: NEVER_MS,
  };
});

function start(args: string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--import', REGISTER, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: string[] = [];
  const isReady = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    seen.push(chunk.toString());
    if (seen.join('').includes('"msg":"ready"')) isReady.resolve();
  });
  const stderr = text(child.stderr);
  const ended = once(child, 'close').then(async ([code, signal]) => {
    isReady.reject(new Error(`exited before it was ready: ${seen.join('')}${await stderr}`));
    return { code, signal, stderr: await stderr, lines: seen.join('').trim().split('\n').filter(Boolean) };
  });
  isReady.promise.catch(() => undefined);
  return { child, ready: isReady.promise, ended };
}

/** A fatal line is written synchronously and may overtake the lines before it. */
const fatal = (lines: string[]) => lines.find((line) => JSON.parse(line).level === 60);

const service = (more?: NodeJS.ProcessEnv) => start([FIXTURE], more);

describe('a service that receives a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('exports its last spans and exits with 0 (%s)', async (signal) => {
    const { child, ready, ended } = service();
    await ready;
    expect(received).toEqual([]);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(received.sort()).toEqual(['closing', 'opening']);
  });

  it('exits with 0 although the trace backend is down, within the deadline of the export', async () => {
    const { child, ready, ended } = service({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await ready;
    const since = performance.now();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(performance.now() - since).toBeLessThan(FLUSH_DEADLINE_MS + 5_000);
  });

  it('is unready and goes on running for SHUTDOWN_PAUSE_MS', async () => {
    const { port, ...unused } = await listen(() => {}, LOCAL);
    await unused[Symbol.asyncDispose]();
    const { child, ready, ended } = service({ HEALTH_PORT: String(port), SHUTDOWN_PAUSE_MS: NEVER_MS });
    await ready;
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).status;
    expect([await statusOf('readyz'), await statusOf('livez')]).toEqual([200, 200]);
    child.kill('SIGTERM');
    await expect.poll(() => statusOf('readyz'), { timeout: 20_000 }).toBe(503);
    expect(await statusOf('livez')).toBe(200);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
  });

  it('closes after SHUTDOWN_PAUSE_MS and exits with 0', async () => {
    const { child, ready, ended } = service({ SHUTDOWN_PAUSE_MS: '300' });
    await ready;
    const since = performance.now();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(performance.now() - since).toBeGreaterThanOrEqual(300);
    expect(received.sort()).toEqual(['closing', 'opening']);
  });

  it('exits with 1 when closing overruns its deadline, and exports the spans that it has', async () => {
    const { child, ready, ended } = service({ CLOSING: 'never', SHUTDOWN_DEADLINE_MS: '50' });
    await ready;
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect(code).toBe(1);
    expect(fatal(lines)).toContain('shutdown overran its deadline of 50 ms');
    expect(received).toEqual(['opening']);
  });

  it('exits with 1 when a resource does not close, and still exports its spans', async () => {
    const { child, ready, ended } = service({ CLOSING: 'badly' });
    await ready;
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect(code).toBe(1);
    expect(fatal(lines)).toContain('the resource does not close');
    expect(received.sort()).toEqual(['closing', 'opening']);
  });
});

describe('a service that cannot start exits with 1 after one line that names the cause:', () => {
  const onlyLine = async (more: NodeJS.ProcessEnv) => {
    const { code, lines, stderr } = await service(more).ended;
    expect({ code, stderr, count: lines.length }).toEqual({ code: 1, stderr: '', count: 1 });
    return JSON.parse(lines[0] ?? '').msg;
  };

  it('a taken port', async () => {
    const port = String(backend.port);
    expect(await onlyLine({ HEALTH_PORT: port })).toMatch(`port ${port} on 127.0.0.1 is taken`);
  });

  it('an unknown log level', async () => {
    expect(await onlyLine({ LOG_LEVEL: 'loud' })).toMatch(/LOG_LEVEL: /);
  });

  it('every missing or invalid variable', async () => {
    expect(await onlyLine({ HEALTH_PORT: 'eighty', CLOSING: 'maybe' })).toMatch(/HEALTH_PORT: .*; CLOSING: /);
  });
});

describe('LOG_LEVEL', () => {
  it.each([
    ['debug', ['working', 'ready', 'stopping']],
    ['warn', []],
  ])('%s', async (LOG_LEVEL, expected) => {
    const { child, ended } = service({ LOG_LEVEL, OTEL_BSP_SCHEDULE_DELAY: '20' });
    await vi.waitFor(() => expect(received).toEqual(['opening']), { timeout: 10_000 });
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(expected);
  });
});

describe('the SDK', () => {
  it('does not start with OTEL_SDK_DISABLED=true, and the service runs the same', async () => {
    const { child, ready, ended } = service({ OTEL_SDK_DISABLED: 'true' });
    await ready;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(received).toEqual([]);
  });

  it('exports nothing with OTEL_TRACES_EXPORTER=none', async () => {
    const { child, ready, ended } = service({ OTEL_TRACES_EXPORTER: 'none' });
    await ready;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(received).toEqual([]);
  });

  it('prints spans with OTEL_TRACES_EXPORTER=console, and exports them as well with otlp', async () => {
    const { child, ready, ended } = service({ OTEL_TRACES_EXPORTER: 'console, otlp' });
    await ready;
    child.kill('SIGTERM');
    expect((await ended).lines.join()).toContain("name: 'opening'");
    expect(received.sort()).toEqual(['closing', 'opening']);
  });

  it('prefers the protocol for traces', async () => {
    const { child, ready, ended } = service({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    });
    await ready;
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(received.sort()).toEqual(['closing', 'opening']);
  });

  it.each([
    { OTEL_TRACES_EXPORTER: 'zipkin' },
    { OTEL_TRACES_EXPORTER: 'otlp,none' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' },
    { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/xml' },
  ])('refuses %j, naming the variable', async (wrong) => {
    const { code, stderr } = await service(wrong).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`${Object.keys(wrong)[0]}: ${Object.values(wrong)[0]} is not supported: use `);
  });

  it('does not keep a process alive', async () => {
    expect(await start(['--eval', 'fetch']).ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses a malformed sampling rule, naming the variable', async () => {
    const wrong = { OTEL_TRACES_SAMPLER: 'mesh_edge', OTEL_TRACES_SAMPLER_ARG: 'ratio=7' };
    const { code, stderr } = await service(wrong).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('OTEL_TRACES_SAMPLER_ARG: "ratio=7" is not a ratio from 0 to 1');
  });
});
