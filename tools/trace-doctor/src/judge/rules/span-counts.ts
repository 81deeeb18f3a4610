// SPA-001 and SPA-005 of the Instrumentation Score: how many spans a service adds to one trace.
import type { Span } from '../../trace.ts';
import { found } from '../finding.ts';
import { ofEachService, type ScoreRule } from '../rule.ts';

/** The traces in which more spans than `max` are counted, with these spans, the largest first. */
function exceeding(spans: readonly Span[], max: number, counts: (span: Span) => boolean): Span[][] {
  const byTrace = Map.groupBy(spans.filter(counts), ({ traceId }) => traceId);
  return [...byTrace.values()].filter((own) => own.length > max).sort((a, b) => b.length - a.length);
}

/** The name that most of the spans have. */
function mostCommonName(spans: readonly Span[]): string {
  const byName = [...Map.groupBy(spans, ({ name }) => name)].sort(([, a], [, b]) => b.length - a.length);
  return byName[0]?.[0] ?? '';
}

const MAX_INTERNAL = 10;

/** rules/SPA-001.md */
export const fewInternalSpans: ScoreRule = {
  id: 'SPA-001',
  level: 'warning',
  impact: 'Normal',
  title: `a service has at most ${MAX_INTERNAL} internal spans in a trace`,
  check: ofEachService(({ name, spans }) => {
    const traces = exceeding(spans, MAX_INTERNAL, ({ kind }) => kind === 'internal');
    const [worst] = traces;
    if (!worst) return [];
    const text = `${name} has ${worst.length} internal spans in trace ${worst[0]?.traceId}`;
    const fix = `make an event of '${mostCommonName(worst)}': span.addEvent(name) on the span around it; or remove its span`;
    return [found(worst, { text: inTraces(text, traces), fix, service: name })];
  }),
};

const MAX_SHORT = 20;
const SHORT_US = 5_000;

/**
 * rules/SPA-005.md. Its criterion names spans of all kinds, and the score is that of one service (specification.md, "Overview"): so
 * this counts the service's short spans in each trace.
 */
export const fewShortSpans: ScoreRule = {
  id: 'SPA-005',
  level: 'warning',
  impact: 'Important',
  title: `a service has at most ${MAX_SHORT} spans under ${SHORT_US / 1000} ms in a trace`,
  check: ofEachService(({ name, spans }) => {
    const traces = exceeding(spans, MAX_SHORT, ({ durationUs }) => durationUs < SHORT_US);
    const [worst] = traces;
    if (!worst) return [];
    const text = `${name} has ${worst.length} spans under ${SHORT_US / 1000} ms in trace ${worst[0]?.traceId}`;
    const fix = `ask once for what the loop around '${mostCommonName(worst)}' asks for one by one, or trace the loop as one span with a count`;
    return [found(worst, { text: inTraces(text, traces), fix, service: name })];
  }),
};

const inTraces = (text: string, traces: readonly unknown[]) =>
  traces.length > 1 ? `${text}, and too many in ${traces.length - 1} more traces` : text;
