// SPA-002 of the Instrumentation Score.
import { orphaned } from '../../diagnosis/orphans.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import { keyOf } from '../../span-index.ts';
import { andMore, found } from '../finding.ts';
import type { ScoreRule } from '../rule.ts';

/** rules/SPA-002.md: one finding for each service, with the cause of its first orphan. */
export const noOrphans: ScoreRule = {
  id: 'SPA-002',
  level: 'error',
  impact: 'Normal',
  title: 'the parent of every span is in its trace',
  check({ traces, index }) {
    const byService = [...Map.groupBy(index.orphans, ({ service }) => service).values()];
    const torn = new Set(byService.flatMap(([first]) => first?.traceId ?? []));
    const diagnoses = traces.flatMap((trace) => (torn.has(trace.traceId) ? orphaned(trace, []) : []));
    const bySpan = new Map(diagnoses.flatMap((one) => one.spans.map((span) => [keyOf(span), one] as const)));
    return byService.flatMap((orphans) => {
      const cause = orphans[0] && bySpan.get(keyOf(orphans[0]));
      return cause ? [found(orphans, { text: cause.text + andMore(orphans), fix: fixOf(cause) })] : [];
    });
  },
};

const fixOf = ({ cause }: Diagnosis) =>
  cause === 'sampler-ignores-its-parent'
    ? 'set OTEL_TRACES_SAMPLER=parentbased_always_on in every service, so that the parent decides'
    : 'end the span in a finally block, flush on exit (tracerProvider.shutdown()), and export all services to one backend';
