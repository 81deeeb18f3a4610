// OpenTelemetry's translation to Jaeger and Zipkin writes parts of a span as tags:
// https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/
import type { Span } from '../trace.ts';

type Tags = Record<string, unknown>;

/** The tags that say what the model has a field for. */
export const FIELD_TAGS = [
  'span.kind',
  'error',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
  'internal.span.format',
] as const;

/** Scope and tracestate. */
export function fieldsOf(tags: Tags): Pick<Span, 'scope' | 'traceState'> {
  const name = tags['otel.scope.name'] ?? tags['otel.library.name'];
  const version = tags['otel.scope.version'] ?? tags['otel.library.version'];
  const { 'w3c.tracestate': traceState } = tags;
  return {
    ...(typeof name === 'string' && {
      scope: { name, ...(typeof version === 'string' && version !== '' && { version }) },
    }),
    ...(typeof traceState === 'string' && { traceState }),
  };
}

/** OpenTelemetry's status; else an `error` tag, which OpenTracing sets to true and Zipkin to a message. */
export function statusOf(tags: Tags): Pick<Span, 'status'> {
  const { error, 'otel.status_code': code, 'otel.status_description': text } = tags;
  if (code === 'OK') return { status: { code } };
  const isError = error !== undefined && error !== false && error !== 'false';
  if (code !== 'ERROR' && !isError) return {};
  const message = text ?? (error === 'true' ? '' : error);
  return { status: { code: 'ERROR', ...(typeof message === 'string' && message !== '' && { message }) } };
}
