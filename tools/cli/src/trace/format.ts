import { printable } from '@trace-mesh/trace-doctor/selector';
import { endUs, type Span, type Trace } from '@trace-mesh/trace-doctor/trace';

/** The root; if it never arrived, the earliest span. */
export function firstSpan({ spans }: Trace): Span | undefined {
  const inOrder = spans.toSorted((a, b) => a.startUs - b.startUs);
  return inOrder.find((span) => !span.parentSpanId) ?? inOrder[0];
}

const servicesOf = ({ spans }: Trace): string[] => [
  ...new Set(spans.toSorted((a, b) => a.startUs - b.startUs).map((span) => span.service)),
];

/** From the first start to the last end, in µs; 0 without spans. */
function lengthUs({ spans }: Trace): number {
  if (spans.length === 0) return 0;
  const end = Math.max(...spans.map(endUs));
  return end - Math.min(...spans.map((span) => span.startUs));
}

/** `trace 4bf…: scenario http (agent), 7 spans in 2 services, 12.3 ms` */
export function headline(trace: Trace): string {
  const first = firstSpan(trace);
  const services = servicesOf(trace);
  const name = first ? `${printable(first.name)} (${first.service})` : 'nothing';
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const size = `${count(trace.spans.length, 'span')} in ${count(services.length, 'service')}`;
  return `trace ${trace.traceId}: ${name}, ${size}, ${ms(lengthUs(trace))}`;
}

/** The same facts for --json. */
export const facts = (trace: Trace) => ({
  traceId: trace.traceId,
  root: firstSpan(trace)?.name ?? '',
  services: servicesOf(trace),
  spans: trace.spans.length,
  durationMs: lengthUs(trace) / 1000,
});

/** A trace that is both linked and linking appears once. */
export const uniqueTraces = (traces: readonly Trace[]): Trace[] => [
  ...new Map(traces.map((each) => [each.traceId, each])).values(),
];

export const ms = (us: number): string => `${(us / 1000).toFixed(1)} ms`;

/** Rows with aligned columns; the columns of `right` are right-aligned. */
export function table(rows: readonly string[][], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const pad = (cell: string, n: number) =>
    right.includes(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
