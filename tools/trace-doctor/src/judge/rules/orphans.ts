// SPA-002 of the Instrumentation Score.
import { orphaned } from '../../diagnosis/orphans.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import { andMore, found } from '../finding.ts';
import type { ScoreRule } from '../rule.ts';

/** rules/SPA-002.md: one finding for each service, with the cause of its first orphan. */
export const noOrphans: ScoreRule = {
  id: 'SPA-002',
  level: 'error',
  impact: 'Normal',
  title: 'the parent of every span is in its trace',
  check({ traces, index }) {
    const byId = new Map(traces.map((trace) => [trace.traceId, trace]));
    const byService = Map.groupBy(index.orphans, ({ service }) => service);
    return [...byService.values()].flatMap((orphans) => {
      const trace = byId.get(orphans[0]?.traceId ?? '');
      const diagnoses = trace ? orphaned(trace, []) : [];
      const cause = diagnoses.find(({ spans }) => spans.some(({ spanId }) => spanId === orphans[0]?.spanId));
      return cause ? [found(orphans, { text: cause.text + andMore(orphans), fix: fixOf(cause) })] : [];
    });
  },
};

const fixOf = ({ cause }: Diagnosis) =>
  cause === 'sampler-ignores-its-parent'
    ? 'set OTEL_TRACES_SAMPLER=parentbased_always_on in every service, so that the parent decides'
    : 'end the span in a finally block, flush on exit (tracerProvider.shutdown()), and export all services to one backend';
