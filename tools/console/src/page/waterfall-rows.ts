// The rows of the waterfall: the trace as a tree, children below their parents sorted by start, each with its place on
// the time line.
import { indexSpans } from '@trace-mesh/trace-doctor/span-index';
import { byStart, type Span, timeOf } from '@trace-mesh/trace-doctor/trace';

export interface Row {
  span: Span;
  depth: number;
  parent?: Row;
  /** Parts of the whole duration, in percent. */
  left: number;
  width: number;
}

/** A span whose parent is missing is a root. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const { roots, orphans, childrenOf } = indexSpans(spans);
  const { startUs: first, endUs: last } = timeOf({ spans }) ?? { startUs: 0, endUs: 0 };
  const percent = (us: number) => (100 * us) / Math.max(1, last - first);
  const rows = (span: Span, parent?: Row): Row[] => {
    const row: Row = {
      span,
      depth: parent ? parent.depth + 1 : 0,
      ...(parent && { parent }),
      left: percent(span.startUs - first),
      width: percent(span.durationUs),
    };
    return [row, ...childrenOf(span).flatMap((child) => rows(child, row))];
  };
  return [...roots, ...orphans].sort(byStart).flatMap((span) => rows(span));
}

export interface ShownRow extends Row {
  /** How many rows are folded into this one. */
  folded: number;
}

/**
 * The rows to show: those that matter and all above them. The others are folded into the row above, unless that one is unfolded
 * (its span id).
 */
export function foldRows(
  rows: readonly Row[],
  matters: (span: Span) => boolean,
  unfolded: ReadonlySet<string>,
): ShownRow[] {
  const kept = new Set(rows.filter(({ span, parent }) => !parent || matters(span)));
  // A row comes after the rows above it.
  for (const row of rows.toReversed()) if (kept.has(row) && row.parent) kept.add(row.parent);
  const homeOf = (row: Row): Row => (kept.has(row) || !row.parent ? row : homeOf(row.parent));
  const shown = rows.filter((row) => kept.has(row) || unfolded.has(homeOf(row).span.spanId));
  const isShown = new Set(shown);
  const folded = Map.groupBy(
    rows.filter((row) => !isShown.has(row)),
    homeOf,
  );
  return shown.map((row) => ({ ...row, folded: folded.get(row)?.length ?? 0 }));
}

/** In degrees of OKLCH, without the red of failed spans; neighbours on the path are far apart. */
const HUES = [265, 70, 155, 305, 200, 345, 115, 235];

/** The hue of a service's bars, by its place in `services`, so that it is the same in every trace. */
export const hueOf = (service: string, services: readonly string[]): number =>
  HUES[Math.max(0, services.indexOf(service)) % HUES.length] ?? 0;

/** `12.3 ms`, or `1.20 s` from a second on. */
export const durationOf = ({ durationUs }: Pick<Span, 'durationUs'>): string =>
  durationUs < 1_000_000
    ? `${(durationUs / 1_000).toFixed(1)} ms`
    : `${(durationUs / 1_000_000).toFixed(2)} s`;
