import { printable } from '@trace-mesh/trace-doctor/selector';
import { byStart, type Span, type Trace, timeOf } from '@trace-mesh/trace-doctor/trace';

/** The root; if it never arrived, the earliest span. */
export function firstSpan({ spans }: Trace): Span | undefined {
  const inOrder = spans.toSorted(byStart);
  return inOrder.find((span) => !span.parentSpanId) ?? inOrder[0];
}

/** What every command prints of a trace, for --json. The duration is from the first start to the last end. */
export function facts(trace: Trace) {
  const { startUs, endUs } = timeOf(trace) ?? { startUs: 0, endUs: 0 };
  return {
    traceId: trace.traceId,
    root: firstSpan(trace)?.name ?? '',
    services: [...new Set(trace.spans.toSorted(byStart).map((span) => span.service))],
    spans: trace.spans.length,
    durationMs: (endUs - startUs) / 1000,
  };
}

/** The same as text: `trace 4bf…: scenario http (agent), 7 spans in 2 services, 12.3 ms` */
export function headline(trace: Trace): string {
  const { traceId, services, spans, durationMs } = facts(trace);
  const first = firstSpan(trace);
  const name = first ? `${printable(first.name)} (${first.service})` : 'nothing';
  const size = `${count(spans, 'span')} in ${count(services.length, 'service')}`;
  return `trace ${traceId}: ${name}, ${size}, ${durationMs.toFixed(1)} ms`;
}

/** `1 span`, `2 spans` */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Rows with aligned columns; the columns of `right` are right-aligned. */
export function table(rows: readonly string[][], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const pad = (cell: string, n: number) =>
    right.includes(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
