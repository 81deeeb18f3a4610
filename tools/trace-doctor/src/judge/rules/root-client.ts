// SPA-004 of the Instrumentation Score.
import { label } from '../../selector.ts';
import type { Span } from '../../trace.ts';
import { andMore, found } from '../finding.ts';
import { isReception } from '../messages.ts';
import type { ScoreRule } from '../rule.ts';
import type { Seen } from '../seen.ts';

/**
 * The conventions give kind client to the receive of messages, which begins with what it receives, and to the send of a batch, which
 * links to the spans of its messages. In both cases what caused the call is recorded. The rule itself excepts browsers.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#span-kind
 */
const beginsOnPurpose = (root: Span, { index }: Seen) =>
  isReception(root) ||
  root.links.some((link) => index.get(link) !== undefined) ||
  root.resource?.['telemetry.sdk.language'] === 'webjs';

/** rules/SPA-004.md */
export const noRootClient: ScoreRule = {
  id: 'SPA-004',
  level: 'warning',
  impact: 'Important',
  title: 'no root span is of kind client',
  check(seen) {
    const roots = seen.index.roots.filter((span) => span.kind === 'client' && !beginsOnPurpose(span, seen));
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
