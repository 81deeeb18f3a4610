// What a service's variables do to the SDK.
import { describe, expect, it, vi } from 'vitest';
import { received, service, start, useBackend } from './service-process.fixture.ts';

// A process may start slowly on a loaded machine.
vi.setConfig({ testTimeout: 30_000 });
useBackend();

describe('the SDK', () => {
  it.each(['OTEL_SDK_DISABLED=true', 'OTEL_TRACES_EXPORTER=none'])(
    'exports nothing with %s, and the service runs the same',
    async (variable) => {
      const { child, ready, ended } = service(Object.fromEntries([variable.split('=')]));
      await ready;
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 0, stderr: '' });
      expect(received).toEqual([]);
    },
  );

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
