import { expect, it } from 'vitest';
import { forwardingEnv, inheritedEnv } from './child-env.ts';

it('children do not inherit the settings of the user for other programs', () => {
  const env = inheritedEnv({
    PATH: '/bin',
    PORT: '80',
    AWS_PROFILE: 'prod',
    NODE_OPTIONS: '--inspect',
    OTEL_SDK_DISABLED: 'true',
    OTEL_EXPORTER_OTLP_HEADERS: 'key=secret',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_SERVICE_NAME: 'mine',
  });
  expect(env).toMatchObject({ PATH: '/bin', OTEL_SDK_DISABLED: 'true' });
  const withheld = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_TRACES_EXPORTER', 'OTEL_SERVICE_NAME'];
  for (const name of ['PORT', 'AWS_PROFILE', 'NODE_OPTIONS', ...withheld]) {
    expect(env).not.toHaveProperty(name);
  }
});

it('traces are forwarded to the endpoint of OpenTelemetry’s variables', () => {
  expect(forwardingEnv({})).toEqual({});
  expect(forwardingEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4318/' })).toEqual({
    FORWARD_URL: 'http://h:4318/v1/traces',
    FORWARD_HEADERS: '',
  });
  expect(
    forwardingEnv({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://h/x', OTEL_EXPORTER_OTLP_HEADERS: 'k=v' }),
  ).toEqual({ FORWARD_URL: 'http://h/x', FORWARD_HEADERS: 'k=v' });
});

it('an unsupported protocol and an invalid endpoint are rejected with the fix', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  expect(() => forwardingEnv(env)).toThrow('OTLP over HTTP');
  expect(() => forwardingEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' })).toThrow('nonsense');
});
