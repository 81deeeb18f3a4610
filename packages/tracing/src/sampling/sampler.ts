// Head sampling: rules decide at a public edge, the parent decides inside the mesh, so a trace has one decision.
// `ParentBased(rules)` does not suffice: it skips the rules when a caller sends a parent.
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanContext,
  SpanKind,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import { withoutMeshMember } from '../context/trace-state.ts';
import { countDecision } from '../sdk/metrics.ts';
import { ATTR_SAMPLING_RULE } from '../spans/attributes.ts';
import { type Decision, DecisionMemory } from './decisions.ts';
import { givenThreshold, randomnessOf, thresholdOf, withSampling } from './randomness.ts';
import { callerTrust, isForced } from './request.ts';
import { parseSamplingRules, routeMatcher, type SamplingRules } from './rules.ts';
import { createWishes } from './wishes.ts';

// The SDK's `SamplingDecision` as numbers, since only types of the SDK are imported; see register.ts for how it is loaded.
const NOT_RECORD = 0;
const RECORD_AND_SAMPLED = 2;

/** The value of `OTEL_TRACES_SAMPLER` that makes a service a public edge. */
const EDGE_SAMPLER = 'mesh_edge';

/** Requests for these paths are sampled only if forced. The response of `/api/health`, which has a span, still has its id. */
const HEALTH_PATHS: ReadonlySet<unknown> = new Set([
  '/api/health',
  '/livez',
  '/readyz',
  '/healthz',
  '/metrics',
]);

/** The sampler by the environment; undefined for one of the SDK, which then reads the environment itself. */
export function samplerFromEnv(env: NodeJS.ProcessEnv): Sampler | undefined {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: arg } = env;
  if (name === EDGE_SAMPLER) return edgeSampler(parseSamplingRules(arg));
  return name ? undefined : insideSampler();
}

interface Entry {
  ctx: Context;
  traceId: string;
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  links: Link[];
  parent: SpanContext | undefined;
}

/** For services that only the mesh calls: the parent decides, else the links; a root without links is sampled. */
export function insideSampler(): Sampler {
  return sampler('mesh_inside', ({ parent, links }) => {
    if (parent) return { sampled: isSampled(parent), rule: 'parent' };
    return fromLinks(links) ?? { sampled: true, rule: 'root' };
  });
}

/** For services with outside callers. The caller is checked synchronously when the span starts; see sampling/callers.ts. */
export function edgeSampler(rules: SamplingRules): Sampler {
  const grantWish = createWishes(rules.wishesPerSecond);
  const memory = new DecisionMemory();
  const share = ratios(rules);

  const decide = (entry: Entry): Decision => {
    const { parent, links } = entry;
    if (parent && grantWish()) return { sampled: true, rule: 'wish' };
    return (!parent && fromLinks(links)) || share(entry);
  };

  const rule = (entry: Entry): Decision => {
    const { ctx, traceId, attributes, parent } = entry;
    if (parent && !comesFromOutside(entry)) return { sampled: isSampled(parent), rule: 'parent' };
    if (isForced(ctx)) return memory.remember(traceId, { sampled: true, rule: 'forced' });
    if (HEALTH_PATHS.has(attributes['url.path'])) return { sampled: false, rule: 'health' };
    // Dropping a trace costs nothing, so this needs no limit.
    if (parent && !isSampled(parent)) return { sampled: false, rule: 'wish' };
    const known = parent && memory.recall(traceId);
    if (known) return known;
    const decision = decide(entry);
    // A new trace that is not sampled needs no memory: its id is new, and its requests arrive with the flag that it sends.
    return parent || decision.sampled ? memory.remember(traceId, decision) : decision;
  };
  // From outside, the mesh's tracestate member is an unverified claim: the span and its descendants continue without it.
  const enter = (entry: Entry) =>
    entry.parent?.traceState && comesFromOutside(entry)
      ? withoutMeshMember(entry.parent).traceState
      : undefined;
  return sampler(EDGE_SAMPLER, rule, enter);
}

/** Requests and socket messages do, unless a service of the mesh sent them; messages of its queues and channels do not. */
const comesFromOutside = (entry: Entry) =>
  (entry.kind === SpanKind.SERVER || isSocketMessage(entry)) && !callerTrust(entry.ctx).inside;

const isSocketMessage = ({ kind, attributes }: Entry) =>
  kind === SpanKind.CONSUMER && attributes['messaging.system.name'] === 'websocket';

const SAMPLED: SamplingResult = { decision: RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: NOT_RECORD };

const isSampled = ({ traceFlags }: SpanContext) => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** A root with links (a job in a separate trace, a batch) is sampled if any linked span is. */
const fromLinks = (links: Link[]): Decision | undefined =>
  links.length > 0 ? { sampled: links.some((link) => isSampled(link.context)), rule: 'link' } : undefined;

/** Decides by the trace's randomness, so that edges agree: the one with the lower ratio keeps a part of what the other keeps. */
function ratios({ ratio, routes }: SamplingRules): (entry: Entry) => Decision {
  const rule = (name: string, share: number) => {
    const threshold = thresholdOf(share);
    return ({ traceId, parent }: Entry): Decision => {
      const randomness = randomnessOf(parent ?? { traceId });
      const sampled = threshold !== undefined && randomness >= threshold;
      return { sampled, rule: name, threshold: share < 1 ? threshold : undefined };
    };
  };
  const byRoute = routes.map(({ route, ratio: share }) => ({
    fits: routeMatcher(route),
    decide: rule('route', share),
  }));
  const otherwise = rule('ratio', ratio);
  return (entry) => {
    const { 'http.request.method': method, 'url.path': path } = entry.attributes;
    const found = byRoute.find(({ fits }) => fits(entry.name, method, path));
    return (found?.decide ?? otherwise)(entry);
  };
}

/** The tracestate of an entry: its `ot` has the threshold of a sampled share, and the randomness of linked traces. */
function samplingState(
  decision: Decision,
  entry: Entry,
  state: TraceState | undefined,
): TraceState | undefined {
  const { sampled, rule, threshold } = decision;
  // What is not sampled has no later decision; a connection is no cause of its messages, and may last for days.
  if (rule === 'link') return sampled && !isSocketMessage(entry) ? linkedState(entry.links) : state;
  const given = state && givenThreshold(state);
  if (!sampled || rule === 'forced') return given ? withSampling(state, { th: undefined }) : state;
  if (threshold === undefined) return state;
  if (!entry.parent) return withSampling(state, { th: threshold });
  // Both shares apply. If the first one is not known, neither is their product.
  return given && threshold > given ? withSampling(state, { th: threshold }) : state;
}

/** The highest randomness of the linked traces: whatever the ratio, a sampler that reads it keeps this trace with any of them. */
function linkedState(links: Link[]): TraceState {
  const rv =
    links
      .map(({ context }) => randomnessOf(context))
      .toSorted()
      .at(-1) ?? '';
  const [only, second] = links;
  const th = !second ? givenThreshold(only?.context.traceState) : undefined;
  return withSampling(undefined, { rv, th });
}

/**
 * Calls `decide` for entry spans only; every other span follows its parent in this process. `enter` may return a tracestate that
 * replaces the entry's.
 */
function sampler(
  name: string,
  decide: (entry: Entry) => Decision,
  enter: (entry: Entry) => TraceState | undefined = () => undefined,
): Sampler {
  return {
    toString: () => name,
    shouldSample(ctx, traceId, spanName, kind, attributes, links): SamplingResult {
      const given = trace.getSpanContext(ctx);
      const parent = given && isSpanContextValid(given) ? given : undefined;
      if (parent && !parent.isRemote) return isSampled(parent) ? SAMPLED : NOT_SAMPLED;
      const entry: Entry = { ctx, traceId, name: spanName, kind, attributes, links, parent };
      const decided = decide(entry);
      const { sampled, rule } = decided;
      countDecision(rule, sampled);
      const result = sampled ? SAMPLED : NOT_SAMPLED;
      const entered = enter(entry);
      if (rule === 'parent') return entered ? { ...result, traceState: entered } : result;
      const traceState = samplingState(decided, entry, entered);
      const named = { decision: result.decision, attributes: { [ATTR_SAMPLING_RULE]: rule } };
      return traceState ? { ...named, traceState } : named;
    },
  };
}
