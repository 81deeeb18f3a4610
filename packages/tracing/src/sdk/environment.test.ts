import { afterEach, expect, it, vi } from 'vitest';
import { refuseIneffective, spanLimits } from './environment.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['OTEL_CONFIG_FILE', 'otel.yaml'],
  ['OTEL_EXPERIMENTAL_CONFIG_FILE', 'otel.yaml'],
  ['OTEL_EXPORTER_PROMETHEUS_HOST', 'localhost'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '9464'],
  ['OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'http://localhost:9411'],
  ['OTEL_EXPORTER_JAEGER_ENDPOINT', 'http://localhost:14268'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'always_on'],
])('%s is refused by name, since it has no effect', (name, value) => {
  expect(() => refuseIneffective({ [name]: value })).toThrow(`${name} has no effect here: unset it`);
  expect(() => refuseIneffective({ [name]: '' })).not.toThrow();
});

it.each(['xray', 'jaeger_remote', 'parentbased_xray', 'always'])('the sampler %s is refused', (name) => {
  expect(() => refuseIneffective({ OTEL_TRACES_SAMPLER: name })).toThrow(
    `OTEL_TRACES_SAMPLER: ${name} is not supported: use one of`,
  );
});

it.each(['', 'mesh_edge', 'always_off', 'parentbased_traceidratio'])(
  'the sampler "%s" is accepted',
  (name) => {
    expect(() => refuseIneffective({ OTEL_TRACES_SAMPLER: name })).not.toThrow();
  },
);

it('the limits of events and links are read by the names of the specification', () => {
  expect(spanLimits()).toEqual({});
  vi.stubEnv('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', '3');
  vi.stubEnv('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '4');
  expect(spanLimits()).toEqual({ attributePerEventCountLimit: 3, attributePerLinkCountLimit: 4 });
});
