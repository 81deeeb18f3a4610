// Normalizes spans of instrumentations with older names to the current semantic conventions, just before they end. A rule is
// removed once its instrumentation has the current names; see decisions/004-normalizing-spans.md.

import { SpanStatusCode } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { normalizeGrpc } from '../grpc/conventions.ts';
import { nameLinkedTraces } from '../spans/links.ts';
import { refineEnd, refineStart } from '../spans/time.ts';

type Rule = (span: Span) => void;

/** By the name of the instrumentation that made the span. */
const RULES: Record<string, Rule> = {
  '@opentelemetry/instrumentation-grpc': normalizeGrpc,
  '@opentelemetry/instrumentation-pg': normalizePostgres,
};

/** A processor that only normalizes, start times and links as well; put it before the one that exports. */
export function conventionsProcessor(): SpanProcessor {
  return {
    onStart: refineStart,
    onEnding(span) {
      refineEnd(span);
      nameLinkedTraces(span);
      RULES[span.instrumentationScope.name]?.(span);
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
