// What a rule found in traces. Every report is made of findings.
import type { Span, SpanRef } from '../trace.ts';

/** As SARIF 2.1.0, section 3.27.10, names them. */
export type Level = 'error' | 'warning' | 'note';

export interface Finding {
  /** The id of a rule of `rules.ts`. */
  rule: string;
  level: Level;
  /** One sentence that names services, spans and ids; never the value of a secret. */
  text: string;
  /** The line of configuration or code to write. */
  fix: string;
  service?: string;
  /** The spans that show it, at most `MAX_SPANS`. */
  spans: SpanRef[];
}

/** A finding of many spans refers to this many; its text counts all. */
export const MAX_SPANS = 20;

/** A finding without what its rule adds. A rule of several levels sets its own. */
export type Found = Omit<Finding, 'rule' | 'level'> & { level?: Level };

interface About {
  text: string;
  fix: string;
  /** By default that of the first span. */
  service?: string | undefined;
}

/** One finding for all spans that show the same fault. */
export function found(spans: readonly Span[], { service = spans[0]?.service, ...about }: About): Found {
  const refs = spans.slice(0, MAX_SPANS).map(({ traceId, spanId }) => ({ traceId, spanId }));
  return { ...about, spans: refs, ...(service !== undefined && { service }) };
}

/** ` (and 3 more)`, after what a text says of the first of several; empty for one. */
export const andMore = ({ length }: readonly unknown[]): string =>
  length > 1 ? ` (and ${length - 1} more)` : '';
