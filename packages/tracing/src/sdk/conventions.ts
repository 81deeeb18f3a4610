// Changes spans just before they end, whatever made them; see decisions/004.

import { SpanStatusCode } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { nameLinkedTraces } from '../spans/links.ts';
import { refineEnd, refineStart } from '../spans/time.ts';

/** A processor that only normalizes, start times and links as well; put it before the one that exports. */
export function conventionsProcessor(): SpanProcessor {
  return {
    onStart: refineStart,
    onEnding(span) {
      refineEnd(span);
      nameLinkedTraces(span);
      if (span.instrumentationScope.name === '@opentelemetry/instrumentation-pg') normalizePostgres(span);
    },
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** Postgres messages contain values (`invalid input syntax for type uuid: "…"`), so only the code is kept. */
function normalizePostgres(span: Span): void {
  if (span.status.code !== SpanStatusCode.ERROR) return;
  const code = /\(code: (\w+)\)/.exec(exceptionMessage(span))?.[1] ?? 'UNKNOWN';
  span.setAttributes({ 'db.response.status_code': code, 'error.type': code });
  span.setStatus({ code: SpanStatusCode.ERROR, message: `PostgreSQL error ${code}` });
}

function exceptionMessage(span: Span): string {
  return String(
    span.events.find((event) => event.name === 'exception')?.attributes?.['exception.message'] ?? '',
  );
}
