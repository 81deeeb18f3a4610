// Selects spans, and formats them for every verdict.
import { stripVTControlCharacters } from 'node:util';
import type { Span, SpanKind } from './trace.ts';

/** Matches spans exactly; plain data, so that a table of edges can be printed, drawn and tested. */
export interface SpanSelector {
  service: string;
  kind: SpanKind;
  name: string;
  attributes?: Record<string, string | number | boolean>;
}

export function matches(span: Span, wanted: SpanSelector): boolean {
  if (span.service !== wanted.service || span.kind !== wanted.kind || span.name !== wanted.name) return false;
  return Object.entries(wanted.attributes ?? {}).every(([key, value]) => span.attributes[key] === value);
}

/** Text of a traced program on one line, without control sequences. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');

/** `12.3 ms` */
export const ms = (us: number): string => `${(us / 1000).toFixed(1)} ms`;

/** `'process tasks' (worker)` */
export const label = (span: Span): string => `'${printable(span.name)}' (${printable(span.service)})`;

/** `'process tasks' (worker, consumer)`: a span by name, a selector with all its attributes. */
export function describe(span: Span | SpanSelector): string {
  const wanted = 'spanId' in span ? undefined : span.attributes;
  return `'${printable(span.name)}' (${printable(span.service)}, ${span.kind}${wanted ? `, ${JSON.stringify(wanted)}` : ''})`;
}
