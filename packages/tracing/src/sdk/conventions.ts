// Brings the spans of instrumentations that still speak an older dialect up to today's semantic conventions, just before
// they end. Each rule goes when its instrumentation has caught up; see decisions/004-normalizing-spans.md.

import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { normalizeGrpc } from '../grpc/conventions.ts';
import { normalizeHttp } from '../http/conventions.ts';
import { markRecorded } from '../spans/span.ts';

type Rule = (span: Span) => void;

/** By the name of the instrumentation that made the span. */
const RULES: Record<string, Rule> = {
  '@opentelemetry/instrumentation-http': normalizeHttp,
  '@opentelemetry/instrumentation-grpc': normalizeGrpc,
  '@opentelemetry/instrumentation-aws-sdk': mendAws,
  '@opentelemetry/instrumentation-pg': mendPostgres,
  '@opentelemetry/instrumentation-undici': mendUndici,
  '@opentelemetry/instrumentation-ioredis': mendRedis,
};

/** It writes the exception event of a failed command itself, on the command's own span. */
const RECORDER = '@opentelemetry/instrumentation-ioredis';

/** A processor that only mends; put it before the one that exports. */
export function conventionsProcessor(): SpanProcessor {
  return {
    onStart(span) {
      if (span.instrumentationScope.name === RECORDER) noteRecorded(span);
    },
    onEnding: (span) => RULES[span.instrumentationScope.name]?.(span),
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** What the instrumentation records is recorded: no span above writes the same error again. */
function noteRecorded(span: Span): void {
  const record = span.recordException.bind(span);
  span.recordException = (error, time) => {
    markRecorded(error, span.spanContext());
    record(error, time);
  };
}

/** The method's original is for methods that are not known, and a query for URLs that have one. */
function mendUndici(span: Span): void {
  const { attributes } = span;
  if (attributes['http.request.method_original'] === attributes['http.request.method']) {
    remove(attributes, 'http.request.method_original');
  }
  if (attributes['url.query'] === '') remove(attributes, 'url.query');
}

/** `rpc.service` and `rpc.system` are gone, and `gen_ai.system` and `aws.request.id` have new names. */
function mendAws(span: Span): void {
  const { 'rpc.service': service, 'rpc.method': method, 'gen_ai.system': provider } = span.attributes;
  const requestId = span.attributes['aws.request.id'];
  remove(span.attributes, 'rpc.system', 'rpc.service', 'gen_ai.system', 'aws.request.id');
  span.setAttribute('rpc.system.name', 'aws-api');
  if (typeof requestId === 'string') span.setAttribute('aws.request_id', requestId);
  if (typeof service === 'string') span.setAttribute('rpc.method', `${service}/${method}`);
  if (provider !== undefined) span.setAttribute('gen_ai.provider.name', String(provider));
}

/** Postgres words values into its messages (`invalid input syntax for type uuid: "…"`): the code tells enough. */
function mendPostgres(span: Span): void {
  remove(span.attributes, 'db.postgresql.idle.timeout.millis', 'db.postgresql.max.client');
  if (span.status.code !== SpanStatusCode.ERROR) return;
  const code = /\(code: (\w+)\)/.exec(exceptionMessage(span))?.[1] ?? 'UNKNOWN';
  span.setAttributes({ 'db.response.status_code': code, 'error.type': code });
  span.setStatus({ code: SpanStatusCode.ERROR, message: `PostgreSQL error ${code}` });
}

/** A refusal of Redis begins with its code (`WRONGTYPE Operation against …`) and may repeat arguments after it. */
function mendRedis(span: Span): void {
  if (span.status.code !== SpanStatusCode.ERROR) return;
  const code = /^[A-Z]{2,}\b/.exec(exceptionMessage(span))?.[0];
  if (code) span.setAttribute('db.response.status_code', code);
  span.setAttribute('error.type', code ?? 'connection');
}

function exceptionMessage(span: Span): string {
  return String(
    span.events.find((event) => event.name === 'exception')?.attributes?.['exception.message'] ?? '',
  );
}

function remove(attributes: Attributes, ...names: string[]): void {
  for (const name of names) delete attributes[name];
}
