// Brings the spans of instrumentations that still speak an older dialect up to today's semantic conventions, just before
// they end. Each rule goes when its instrumentation has caught up; see decisions/004-mending-spans.md.

import { status } from '@grpc/grpc-js';
import type { Attributes } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';

type Rule = (span: Span) => void;

/** By the name of the instrumentation that made the span. */
const RULES: Record<string, Rule> = {
  '@opentelemetry/instrumentation-grpc': mendGrpc,
  '@opentelemetry/instrumentation-aws-sdk': mendBedrock,
  '@opentelemetry/instrumentation-pg': mendPostgres,
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

/** `rpc.system`, `rpc.service` and the numeric status are gone; the method is fully qualified, and so is the span's name. */
function mendGrpc(span: Span): void {
  const { 'rpc.service': service, 'rpc.method': method, 'rpc.grpc.status_code': code } = span.attributes;
  remove(span.attributes, 'rpc.system', 'rpc.service', 'rpc.grpc.status_code', 'rpc.grpc.status_text');
  span.setAttribute('rpc.system.name', 'grpc');
  if (typeof service === 'string') {
    span.setAttribute('rpc.method', `${service}/${method}`);
    span.updateName(`${service}/${method}`);
  }
  if (typeof code !== 'number') return;
  span.setAttribute('rpc.status_code', status[code] ?? String(code));
  if (code !== status.OK) span.setAttribute('error.type', status[code] ?? String(code));
}

/** `gen_ai.system` became `gen_ai.provider.name`. */
function mendBedrock(span: Span): void {
  if (!('gen_ai.system' in span.attributes)) return;
  span.setAttribute('gen_ai.provider.name', String(span.attributes['gen_ai.system']));
  remove(span.attributes, 'gen_ai.system');
}

/** `pg.query:INSERT mesh` is `INSERT mesh`: operation and namespace, nothing else. */
function mendPostgres(span: Span): void {
  if (span.name.startsWith('pg.query:')) span.updateName(span.name.slice('pg.query:'.length));
}

function remove(attributes: Attributes, ...names: string[]): void {
  for (const name of names) delete attributes[name];
}
