// OpenTelemetry's own variables. The SDK reads most of them by itself; what it does not read is read here, and what cannot have
// an effect is refused: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
import { getNumberFromEnv } from '@opentelemetry/core';
import type { SpanLimits } from '@opentelemetry/sdk-trace';

/** Variables of the specification that have no effect here, each with what to use instead. */
const INEFFECTIVE: [variable: RegExp, instead: string][] = [
  [/^OTEL_(EXPERIMENTAL_)?CONFIG_FILE$/, 'set OTEL_* variables; a configuration file is not read'],
  [/^OTEL_EXPORTER_PROMETHEUS_/, 'metrics are served by GET /metrics on HEALTH_PORT'],
  [/^OTEL_EXPORTER_(ZIPKIN|JAEGER)_/, 'spans are exported by OTLP: set OTEL_EXPORTER_OTLP_ENDPOINT'],
  [/^OTEL_METRICS_EXEMPLAR_FILTER$/, 'exemplars are those of sampled spans'],
];

/** The samplers of the specification that the SDK has. */
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'];
const KNOWN_SAMPLERS = [...SAMPLERS, ...SAMPLERS.map((name) => `parentbased_${name}`), 'mesh_edge'];

/** Throws an Error that names the first variable of `env` which would have no effect, and the alternative. An empty one is unset. */
export function refuseIneffective(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env).filter((name) => env[name])) {
    const [, instead] = INEFFECTIVE.find(([variable]) => variable.test(name)) ?? [];
    if (instead) throw new Error(`${name} has no effect here: unset it (${instead})`);
  }
  const { OTEL_TRACES_SAMPLER: sampler } = env;
  if (sampler && !KNOWN_SAMPLERS.includes(sampler))
    throw new Error(
      `OTEL_TRACES_SAMPLER: ${sampler} is not supported: use one of ${KNOWN_SAMPLERS.join(', ')}`,
    );
}

/**
 * The limits, in attributes per event and per link, that the SDK does not read under the specification's names. Empty where none
 * is set. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#span-limits
 */
export function spanLimits(): SpanLimits {
  const limits = {
    attributePerEventCountLimit: getNumberFromEnv('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributePerLinkCountLimit: getNumberFromEnv('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
