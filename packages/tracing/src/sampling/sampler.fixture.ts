// Spans that a sampler is asked for.
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { RandomIdGenerator, type Sampler } from '@opentelemetry/sdk-trace';
import { parseSamplingRules } from './rules.ts';
import { edgeSampler } from './sampler.ts';

export const ids = new RandomIdGenerator();
export const edge = (arg: string) => edgeSampler(parseSamplingRules(arg));
export const TASKS = { 'http.request.method': 'POST', 'url.path': '/api/tasks' };

/** A context with this parent. */
export function from(
  parent: { traceId?: string; sampled: boolean; isRemote?: boolean },
  ctx: Context = ROOT_CONTEXT,
): Context {
  const { traceId = ids.generateTraceId(), sampled, isRemote = true } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ctx, { traceId, spanId: ids.generateSpanId(), traceFlags, isRemote });
}

interface Start {
  ctx?: Context;
  name?: string;
  kind?: SpanKind;
  attributes?: Attributes;
  links?: Link[];
}

/** Whether the span would be sampled, and by which rule. */
export function ask(sampler: Sampler, start: Start = {}): [boolean, unknown] {
  const { ctx = ROOT_CONTEXT, name = 'POST', kind = SpanKind.SERVER, attributes = TASKS, links = [] } = start;
  const traceId = trace.getSpanContext(ctx)?.traceId ?? ids.generateTraceId();
  const result = sampler.shouldSample(ctx, traceId, name, kind, attributes, links);
  return [result.decision === 2, result.attributes?.['sampling.rule']];
}
