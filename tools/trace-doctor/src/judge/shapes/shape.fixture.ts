// Traces as other languages' instrumentations make them: their scopes, span names and attributes, by their public documentation.
import { createHash } from 'node:crypto';
import { normalize } from '../../read/normalize.ts';
import type { Span, SpanKind, Trace } from '../../trace.ts';

/** 2026-11-01, in µs. */
const BEGIN_US = 1_793_491_200_000_000;

export const idOf = (name: string, digits = 16): string =>
  createHash('sha256').update(name).digest('hex').slice(0, digits);

export const traceIdOf = (name: string): string => idOf(name, 32);

export interface Process {
  service: string;
  resource: Record<string, unknown>;
}

export interface Written {
  /** Unique in a shape; the span's id is derived from it. */
  id: string;
  process: Process;
  scope: string;
  kind: SpanKind;
  name: string;
  /** Milliseconds after the begin of the shape, and how long it took. */
  time: [at: number, took: number];
  attributes?: Record<string, unknown>;
  links?: string[];
  children?: Written[];
}

/** One trace, with the attributes that the readers would add. */
export function traceOf(root: Written, offsetMs = 0): Trace {
  const traceId = traceIdOf(root.id);
  const write = (span: Written, parent?: Written): Span[] => {
    const { id, process, scope, kind, name, time, attributes = {}, links = [], children = [] } = span;
    const [at, took] = time;
    const written = normalize({
      traceId,
      spanId: idOf(id),
      ...(parent && { parentSpanId: idOf(parent.id) }),
      links: links.map((link) => ({ traceId: traceIdOf(link.split(' ')[0] ?? ''), spanId: idOf(link) })),
      name,
      kind,
      service: process.service,
      startUs: BEGIN_US + (offsetMs + at) * 1000,
      durationUs: took * 1000,
      attributes: { ...attributes },
      events: [],
      resource: process.resource,
      scope: { name: scope },
      sampled: true,
    });
    return [written, ...children.flatMap((child) => write(child, span))];
  };
  return { traceId, spans: write(root) };
}
