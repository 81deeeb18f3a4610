// JSON log lines with the ids of the trace.
import { context, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import { getMcpContext } from './context/mcp-context.ts';
import { readThrown, textOf } from './spans/span.ts';

export type { Logger };

/**
 * A logger for this process. Every line names service, version and environment, as the spans do (they come from
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`), and trace, span and tenant wherever there is one.
 */
export function createLogger(destination?: DestinationStream): Logger {
  const options = {
    base: resourceFields(process.env),
    mixin: contextFields,
    serializers: { err: errorFields },
  };
  return pino(options, destination);
}

/** An error's fields. pino's serializer throws for a frozen error, and for one whose getters throw: those have no more fields. */
function errorFields(error: Error): object {
  try {
    return pino.stdSerializers.err(error);
  } catch {
    return { type: readThrown(error, 'name'), message: textOf(error), stack: readThrown(error, 'stack') };
  }
}

function contextFields(): Record<string, string> {
  const ctx = context.active();
  const span = trace.getSpanContext(ctx);
  const tenant = getMcpContext(ctx)?.tenantId;
  return {
    ...(span && { trace_id: span.traceId, span_id: span.spanId }),
    ...(tenant && { tenant_id: tenant }),
  };
}

/** Comma-separated `key=value` pairs with percent-encoded values; of a repeated key the last one counts. */
function resourceFields(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const pairs = (env.OTEL_RESOURCE_ATTRIBUTES ?? '').split(',').map((pair) => pair.split('=', 2));
  const attributes = new Map(pairs.map(([key = '', value = '']) => [key.trim(), decode(value.trim())]));
  return {
    service: env.OTEL_SERVICE_NAME,
    version: attributes.get('service.version'),
    environment: attributes.get('deployment.environment.name'),
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not encoded: used as it is.
    return value;
  }
}
