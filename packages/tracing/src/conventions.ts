// Brings the spans of instrumentations that still speak an older dialect up to today's semantic conventions, just before
// they end. Each rule goes when its instrumentation has caught up; see decisions/004-mending-spans.md.

import type { Attributes } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { mendGrpc } from './grpc-conventions.ts';

type Rule = (span: Span) => void;

/** By the name of the instrumentation that made the span. */
const RULES: Record<string, Rule> = {
  '@opentelemetry/instrumentation-grpc': mendGrpc,
  '@opentelemetry/instrumentation-aws-sdk': mendBedrock,
  '@opentelemetry/instrumentation-pg': mendPostgres,
  '@opentelemetry/instrumentation-undici': mendUndici,
};

/** A processor that only mends; put it before the one that exports. */
export function conventionsProcessor(): SpanProcessor {
  return {
    onStart() {},
    onEnding: (span) => RULES[span.instrumentationScope.name]?.(span),
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** `gen_ai.system` became `gen_ai.provider.name`, and the AWS call names its method in full and its request id otherwise. */
function mendBedrock(span: Span): void {
  const { 'rpc.service': service, 'rpc.method': method, 'aws.request.id': requestId } = span.attributes;
  remove(span.attributes, 'rpc.system', 'rpc.service', 'aws.request.id');
  if (typeof requestId === 'string') span.setAttribute('aws.request_id', requestId);
  if (typeof service === 'string')
    span.setAttributes({ 'rpc.system.name': 'aws-api', 'rpc.method': `${service}/${method}` });
  if (!('gen_ai.system' in span.attributes)) return;
  span.setAttribute('gen_ai.provider.name', String(span.attributes['gen_ai.system']));
  remove(span.attributes, 'gen_ai.system');
}

/** The method's original is for methods that are not known, and a query for URLs that have one. */
function mendUndici(span: Span): void {
  const { attributes } = span;
  if (attributes['http.request.method_original'] === attributes['http.request.method']) {
    remove(attributes, 'http.request.method_original');
  }
  if (attributes['url.query'] === '') remove(attributes, 'url.query');
}

/** `pg.query:INSERT mesh` is `INSERT mesh`: operation and namespace, nothing else; the pool's settings are no convention's. */
function mendPostgres(span: Span): void {
  remove(span.attributes, 'db.postgresql.idle.timeout.millis', 'db.postgresql.max.client');
  if (span.name.startsWith('pg.query:')) span.updateName(span.name.slice('pg.query:'.length));
}

function remove(attributes: Attributes, ...names: string[]): void {
  for (const name of names) delete attributes[name];
}
