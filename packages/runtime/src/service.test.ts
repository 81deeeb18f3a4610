// A service as a process: signals, failed starts, its log.
import { describe, expect, it, vi } from 'vitest';
import { listen } from './listen.ts';
import { FLUSH_DEADLINE_MS } from './service.ts';
import { backend, fatal, LOCAL, NEVER_MS, received, service, useBackend } from './service-process.fixture.ts';

// A process may start slowly on a loaded machine.
vi.setConfig({ testTimeout: 30_000 });
useBackend();

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
