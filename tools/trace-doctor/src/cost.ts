// Tokens and cost of a trace's model calls by tenant and by model, in integer micro-USD.
import { indexSpans, type SpanIndex } from './span-index.ts';
import type { Span, Trace } from './trace.ts';

export interface Cost {
  /** The tenant id or the model name. */
  key: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  microUsd: number;
  /** Calls without a known price: their tokens count, their cost does not. */
  unpriced: number;
}

export interface CostReport {
  tenants: Cost[];
  models: Cost[];
  total: Omit<Cost, 'key'>;
}

/** The name for calls without a tenant on the span or on any span above it. */
export const NO_TENANT = '(none)';

const NOTHING: Omit<Cost, 'key'> = { calls: 0, inputTokens: 0, outputTokens: 0, microUsd: 0, unpriced: 0 };

/** The model calls of all traces, the most expensive first. */
export function costOf(traces: readonly Trace[]): CostReport {
  const spans = traces.flatMap((trace) => trace.spans);
  const index = indexSpans(spans);
  const calls = spans.filter((span) => 'gen_ai.usage.input_tokens' in span.attributes);
  return {
    tenants: grouped(calls, (span) => tenantOf(span, index)),
    models: grouped(calls, modelOf),
    total: sum(calls),
  };
}

function grouped(calls: readonly Span[], keyOf: (span: Span) => string): Cost[] {
  return [...Map.groupBy(calls, keyOf)]
    .map(([key, spans]) => ({ key, ...sum(spans) }))
    .sort((a, b) => b.microUsd - a.microUsd || a.key.localeCompare(b.key));
}

function sum(calls: readonly Span[]): Omit<Cost, 'key'> {
  return calls.reduce(
    (total, { attributes }) => ({
      calls: total.calls + 1,
      inputTokens: total.inputTokens + numberOf(attributes['gen_ai.usage.input_tokens']),
      outputTokens: total.outputTokens + numberOf(attributes['gen_ai.usage.output_tokens']),
      microUsd: total.microUsd + numberOf(attributes['mesh.cost.micro_usd']),
      unpriced: total.unpriced + Number(typeof attributes['mesh.cost.micro_usd'] !== 'number'),
    }),
    NOTHING,
  );
}

function tenantOf(span: Span, index: SpanIndex): string {
  const seen = new Set<Span>();
  for (let at: Span | undefined = span; at && !seen.has(at); at = index.parentOf(at)) {
    const tenant = at.attributes['mesh.tenant.id'];
    if (typeof tenant === 'string') return tenant;
    seen.add(at);
  }
  return NO_TENANT;
}

const modelOf = ({ attributes }: Span): string =>
  String(attributes['gen_ai.response.model'] ?? attributes['gen_ai.request.model'] ?? 'unknown');

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
