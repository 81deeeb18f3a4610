// Formats a trace and its verdict for a terminal.
import { styleText } from 'node:util';
import type { Hop } from './edges.ts';
import { ms, printable } from './selector.ts';
import { indexSpans, keyOf, type SpanIndex } from './span-index.ts';
import { byStart, type Span, type Trace, timeOf } from './trace.ts';

type Style = Parameters<typeof styleText>[0];
interface Look {
  /** Default false: plain text, for files and pipes. */
  color?: boolean;
}
interface TreeLook extends Look {
  /** Show each span's start, in ms after the first. */
  offsets?: boolean;
  /** Spans of any trace that may link to spans of this one. */
  linking?: readonly Span[];
}

/** Of a hop that holds, is broken, or cannot be judged. */
const STYLES = { '✓': 'green', '✗': 'red', '?': 'yellow' } as const;
/** ✓ for a hop that holds, ✗ for a broken one, ? for one that cannot be judged. */
export const markOf = ({ ok, unproven }: Hop) => (unproven ? '?' : ok ? '✓' : '✗');

/** How many linking spans to name beside a span; the others are counted. */
export const MAX_LINKING_NAMED = 3;

/**
 * The trace as an indented tree, children by start time: name, service, kind and milliseconds, then ✓ or ✗ with the transport
 * where a hop arrives, `↗` where a span links, `↙` where it is linked to, and the recorded error. A span whose parent never
 * arrived is printed as a root.
 */
export function formatTree(
  trace: Trace,
  hops: readonly Hop[],
  { color = false, offsets = false, linking = [] }: TreeLook = {},
): string {
  const index = indexSpans(trace.spans);
  const rows = treeRows(trace, index);
  const nameWidth = Math.max(0, ...rows.map(({ left }) => left.length));
  const { startUs: beginUs = 0 } = timeOf(trace) ?? {};
  const serviceWidth = Math.max(0, ...trace.spans.map((span) => span.service.length));
  return rows
    .map(({ left, span }) => {
      const began = offsets ? `+${((span.startUs - beginUs) / 1000).toFixed(1)}`.padStart(10) : '';
      const took = ms(span.durationUs).padStart(11);
      const facts = `${span.service.padEnd(serviceWidth)}  ${span.kind.padEnd(8)}${began} ${took}`;
      const marks = [
        ...hopMarks(span, hops),
        ...linkMarks(span, index),
        ...linkingMarks(span, linking),
        ...errorMarks(span),
      ];
      const styled = marks.map(([style, text]) => paint(color, style, text)).join('  ');
      return `${left.padEnd(nameWidth)}  ${paint(color, 'dim', facts)}  ${styled}`.trimEnd();
    })
    .join('\n');
}

/** One line per hop: ✓, ✗ or ? (cannot be judged), transport, from → to (⇢ for a link), and why. */
export function formatHops(hops: readonly Hop[], { color = false }: Look = {}): string {
  const width = Math.max(0, ...hops.map((hop) => hop.transport.length));
  return hops
    .map((hop) => {
      const style = STYLES[markOf(hop)];
      const mark = paint(color, style, markOf(hop));
      const arrow = hop.relation === 'link' ? '⇢' : '→';
      const reason = hop.why ?? hop.unproven;
      const why = reason ? paint(color, style, `: ${reason}`) : '';
      return `${mark} ${hop.transport.padEnd(width)}  ${hop.from} ${arrow} ${hop.to}${why}`;
    })
    .join('\n');
}

export interface TreeRow {
  span: Span;
  /** 0 for a root, or a span whose parent never arrived. */
  depth: number;
  /** The name, behind the lines that lead to it. */
  left: string;
}

/** The spans in the order of the tree, children by start time. Spans of a cycle, from a broken exporter, come last. */
export function treeRows(trace: Trace, index: SpanIndex = indexSpans(trace.spans)): TreeRow[] {
  const rows = new Map<Span, TreeRow>();
  const tops = [...index.roots, ...index.orphans].sort(byStart);
  for (const top of [...tops, ...trace.spans.toSorted(byStart)]) addBelow(top, index, rows);
  return [...rows.values()];
}

/** Adds the span and all below it, without recursion: a trace may be deeper than the stack. */
function addBelow(top: Span, index: SpanIndex, rows: Map<Span, TreeRow>): void {
  const open = [{ span: top, depth: 0, first: '', rest: '' }];
  for (let row = open.pop(); row; row = open.pop()) {
    const { span, depth, first, rest } = row;
    if (rows.has(span)) continue;
    rows.set(span, { span, depth, left: `${first}${printable(span.name)}` });
    const children = index.childrenOf(span).map((child, n, all) => {
      const last = n === all.length - 1;
      const lines = { first: `${rest}${last ? '└─ ' : '├─ '}`, rest: `${rest}${last ? '   ' : '│  '}` };
      return { span: child, depth: depth + 1, ...lines };
    });
    open.push(...children.reverse());
  }
}

function hopMarks(span: Span, hops: readonly Hop[]): [Style, string][] {
  return hops
    .filter((hop) => hop.spanIds.includes(span.spanId))
    .map((hop) => [STYLES[markOf(hop)], `${markOf(hop)} ${hop.transport}`]);
}

function linkMarks(span: Span, spans: SpanIndex): [Style, string][] {
  return span.links.map((link) => {
    const target = spans.get(link);
    return ['cyan', target ? `↗ ${printable(target.name)} (${target.service})` : `↗ trace ${link.traceId}`];
  });
}

function linkingMarks(span: Span, linking: readonly Span[]): [Style, string][] {
  const here = linking.filter(({ links }) => links.some((link) => keyOf(link) === keyOf(span)));
  const names = here.slice(0, MAX_LINKING_NAMED).map((other): [Style, string] => {
    const where = other.traceId === span.traceId ? '' : ` in trace ${other.traceId}`;
    return ['cyan', `↙ ${printable(other.name)} (${other.service})${where}`];
  });
  const more = here.length - names.length;
  return more > 0 ? [...names, ['cyan', `↙ and ${more} more`]] : names;
}

function errorMarks(span: Span): [Style, string][] {
  if (span.status?.code !== 'ERROR') return [];
  return [['red', span.status.message ? `error: ${printable(span.status.message)}` : 'error']];
}

/** Styled text, or plain text without `color`. */
export const paint = (color: boolean, style: Style, text: string): string =>
  // validateStream checks stdout; the caller has already decided.
  color ? styleText(style, text, { validateStream: false }) : text;
