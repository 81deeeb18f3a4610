// A parent's sampling decision that its child did not keep.
import { label } from '../../selector.ts';
import { andMore, found } from '../finding.ts';
import type { Rule } from '../rule.ts';

const FIX =
  'OTEL_TRACES_SAMPLER=parentbased_traceidratio instead of traceidratio, and pass the flags of traceparent on as they came';

/** W3C Trace Context level 2, section 4.3. Exporters that write no flags have 0 on each span: their services are left out. */
export const sameSampledFlag: Rule = {
  id: 'sampled-flag-changed',
  level: 'error',
  title: 'a child has the sampled flag of its parent',
  check({ spans, index, services }) {
    const writing = new Set(
      services.filter((own) => own.spans.some(({ sampled }) => sampled)).map(({ name }) => name),
    );
    const flagOf = ({ sampled, service }: (typeof spans)[number]) =>
      writing.has(service) ? sampled : undefined;
    const changed = spans.filter((span) => {
      const parent = index.parentOf(span);
      const [before, after] = [parent && flagOf(parent), flagOf(span)];
      return before !== undefined && after !== undefined && before !== after;
    });
    const pairs = Map.groupBy(changed, (span) => `${index.parentOf(span)?.service} ${span.service}`);
    return [...pairs.values()].flatMap((own) => {
      const parent = own[0] && index.parentOf(own[0]);
      if (!own[0] || !parent) return [];
      const text = `${label(own[0])} is ${own[0].sampled ? '' : 'not '}sampled, and its parent ${label(parent)} is ${parent.sampled ? '' : 'not'}`;
      return [found(own, { text: text.trimEnd() + andMore(own), fix: FIX })];
    });
  },
};
