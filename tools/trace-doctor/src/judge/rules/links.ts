// Links that lead to nothing.
import { isSpanContextValid } from '@opentelemetry/api';
import { absentLink } from '../../edges.ts';
import { label } from '../../selector.ts';
import type { Span, SpanRef } from '../../trace.ts';
import { andMore, type Found, found } from '../finding.ts';
import type { Rule } from '../rule.ts';

type Fault = 'invalid' | 'absent span' | 'absent trace';

const FIX: Record<Fault, string> = {
  invalid: 'add a link only for a valid context: isSpanContextValid(link.context)',
  'absent span': 'link to the context that the message or the job carried, not to a stored or copied span id',
  'absent trace':
    'keep linked traces together: sample the linking trace as the linked one was, or read a longer time',
};

/** A missing span of a trace that was read is an error. A trace that was not read may have been sampled away: a note. */
export const linksResolve: Rule = {
  id: 'link-unresolved',
  level: 'error',
  title: 'every link leads to a span',
  check({ spans, traces, index }) {
    const known = new Set(traces.map(({ traceId }) => traceId));
    const faultOf = (link: SpanRef): Fault | undefined => {
      if (index.get(link)) return undefined;
      if (known.has(link.traceId)) return 'absent span';
      return isSpanContextValid({ ...link, traceFlags: 0 }) ? 'absent trace' : 'invalid';
    };
    const broken = spans.flatMap((span) =>
      span.links.flatMap((link) => {
        const fault = faultOf(link);
        return fault ? [{ span, link, fault }] : [];
      }),
    );
    const alike = Map.groupBy(broken, ({ span, fault }) => JSON.stringify([fault, span.service, span.name]));
    return [...alike.values()].flatMap(explain);
  },
};

function explain(alike: readonly { span: Span; link: SpanRef; fault: Fault }[]): Found[] {
  const [first] = alike;
  if (!first) return [];
  const { span, link, fault } = first;
  const texts: Record<Fault, string> = {
    invalid: `${label(span)} links to an invalid context (trace ${link.traceId}, span ${link.spanId})`,
    'absent span': `${label(span)} links to span ${link.spanId} of trace ${link.traceId}, which does not have it`,
    'absent trace': absentLink(span, link.traceId),
  };
  const about = { text: texts[fault] + andMore(alike), fix: FIX[fault] };
  const shown = found(
    alike.map((one) => one.span),
    about,
  );
  return [fault === 'absent trace' ? { ...shown, level: 'note' } : shown];
}
