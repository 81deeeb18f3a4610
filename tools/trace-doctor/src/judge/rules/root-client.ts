// SPA-004 of the Instrumentation Score.
import { label } from '../../selector.ts';
import type { Span } from '../../trace.ts';
import { andMore, found } from '../finding.ts';
import type { ScoreRule } from '../rule.ts';

/** The rule excepts browsers. It has no exception for the receive of messages, which the messaging conventions make a client span. */
const isOfBrowser = ({ resource }: Span) => resource?.['telemetry.sdk.language'] === 'webjs';

/** rules/SPA-004.md */
export const noRootClient: ScoreRule = {
  id: 'SPA-004',
  level: 'warning',
  impact: 'Important',
  title: 'no root span is of kind client',
  check({ index }) {
    const roots = index.roots.filter((span) => span.kind === 'client' && !isOfBrowser(span));
    return [...Map.groupBy(roots, ({ service }) => service).values()].flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const text = `${label(first)} is a client span without a parent: what made ${first.service} call is not recorded`;
      return [found(own, { text: text + andMore(own), fix: FIX })];
    });
  },
};

const FIX =
  'start a span around the job: tracer.startActiveSpan(name, …); if there is one, make it the current context where the call is made';
