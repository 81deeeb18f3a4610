// The table of all rules.
import type { Rule, ScoreRule } from './rule.ts';
import { attributeLevel } from './rules/attribute-level.ts';
import { sameClock } from './rules/clock-skew.ts';
import { instanceId, uniqueInstanceId } from './rules/instance-id.ts';
import { linksResolve } from './rules/links.ts';
import { messagesArrive, messagesCarryContext } from './rules/messages.ts';
import { noOrphans } from './rules/orphans.ts';
import { podUid } from './rules/pod-uid.ts';
import { requestsArrive, requestsCarryContext } from './rules/requests.ts';
import { noRootClient } from './rules/root-client.ts';
import { sameSampledFlag } from './rules/sampled-flag.ts';
import { noSecrets } from './rules/secrets.ts';
import { serviceName } from './rules/service-name.ts';
import { fewInternalSpans, fewShortSpans } from './rules/span-counts.ts';
import { boundSpanNames } from './rules/span-name.ts';
import { supportedRuntime } from './rules/supported-runtime.ts';
import { ofLogsAndMetrics } from './rules/unseen-signals.ts';

/** The Instrumentation Score's, version 0.1: https://github.com/instrumentation-score/spec, folder rules, April 2026. */
export const scoreRules: readonly ScoreRule[] = [
  instanceId,
  uniqueInstanceId,
  podUid,
  attributeLevel,
  serviceName,
  fewInternalSpans,
  noOrphans,
  boundSpanNames,
  noRootClient,
  fewShortSpans,
  supportedRuntime,
  ...ofLogsAndMetrics,
];

/** What should be there, inferred from the traces. Orphans are rule SPA-002. */
export const inferredRules: readonly Rule[] = [
  requestsCarryContext,
  requestsArrive,
  messagesCarryContext,
  messagesArrive,
  sameSampledFlag,
  sameClock,
  linksResolve,
  noSecrets,
];

/** All rules, in the order of a report. */
export const rules: readonly Rule[] = [...inferredRules, ...scoreRules];
