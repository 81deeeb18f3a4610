import { facts, firstSpan } from '@trace-mesh/trace-doctor/answers/facts';
import { printable } from '@trace-mesh/trace-doctor/selector';
import type { Trace } from '@trace-mesh/trace-doctor/trace';

/** The facts of a trace as text: `trace 4bf…: scenario http (agent), 7 spans in 2 services, 12.3 ms` */
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
