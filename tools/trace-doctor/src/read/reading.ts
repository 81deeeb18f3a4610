// Collects the spans of all sources, and counts what a source has and no trace gets.
import { byStart, type Span, type Trace } from '../trace.ts';
import { normalize } from './normalize.ts';
import { separateSharedIds } from './shared-ids.ts';

export interface LeftOut {
  /** Plural, such as `spans without a valid id`. */
  what: string;
  /** Absent where the source does not say. */
  count?: number;
  /** Where the first one stands. */
  first: string;
}

/** Traces from any number of sources, by their ids. */
export class Reading {
  readonly #traces = new Map<string, Span[]>();
  readonly #leftOut = new Map<string, LeftOut>();

  /** Adds a span; one without valid ids is left out. @param at where it stands, for the report */
  add(span: Span, at: () => string): void {
    const spans = this.#traces.get(span.traceId);
    if (!isId(span.traceId, 32) || !isId(span.spanId, 16)) this.leaveOut('spans without a valid id', at(), 1);
    else if (spans) spans.push(span);
    else this.#traces.set(span.traceId, [span]);
  }

  /** @param count without one, how many is unknown */
  leaveOut(what: string, first: string, count?: number): void {
    const known = this.#leftOut.get(what);
    if (!known) this.#leftOut.set(what, { what, first, ...(count !== undefined && { count }) });
    else if (known.count !== undefined && count !== undefined) known.count += count;
  }

  get leftOut(): LeftOut[] {
    return [...this.#leftOut.values()];
  }

  /** Each trace once, its spans in the order of time, in the normal form. Spans that were read twice are left out. */
  traces(): Trace[] {
    return Array.from(this.#traces, ([traceId, spans]) => {
      const all = separateSharedIds(this.#once(spans)).sort(byStart);
      return { traceId, spans: all.map(normalize) };
    });
  }

  /** An exporter that tries again, or two files of the same time, bring a span twice. */
  #once(spans: Span[]): Span[] {
    if (new Set(spans.map(({ spanId }) => spanId)).size === spans.length) return spans;
    const unique = new Map(spans.map((span) => [identity(span), span]));
    const twice = spans.length - unique.size;
    if (twice > 0) this.leaveOut('spans that were read twice', `trace ${spans[0]?.traceId}`, twice);
    return [...unique.values()];
  }
}

/** Spans of one id may still be two: Zipkin's client and server share it. */
const identity = ({ spanId, kind, service, name, startUs }: Span) =>
  `${spanId} ${kind} ${startUs} ${service} ${name}`;

const isId = (id: string, digits: number) =>
  id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id);
