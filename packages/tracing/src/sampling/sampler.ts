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
import { type Sampler, type SamplingResult, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { ATTR_HTTP_REQUEST_METHOD, ATTR_URL_PATH } from '@opentelemetry/semantic-conventions';
import { withoutMeshMember } from '../context/trace-state.ts';
import { countDecision } from '../sdk/metrics.ts';
import { ATTR_SAMPLING_RULE } from '../spans/attributes.ts';
import { createLimiter, type Decision, DecisionMemory } from './decisions.ts';
import { callerTrust, isForced } from './request.ts';
import { parseSamplingRules, routeMatcher, type SamplingRules } from './rules.ts';

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
  const grantWish = createLimiter(rules.wishesPerSecond);
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
    if (HEALTH_PATHS.has(attributes[ATTR_URL_PATH])) return { sampled: false, rule: 'health' };
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
const comesFromOutside = ({ ctx, kind, attributes }: Entry) =>
  (kind === SpanKind.SERVER ||
    (kind === SpanKind.CONSUMER && attributes['messaging.system.name'] === 'websocket')) &&
  !callerTrust(ctx).inside;

const SAMPLED: SamplingResult = { decision: RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: NOT_RECORD };

const isSampled = ({ traceFlags }: SpanContext) => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** A root with links (a job in a separate trace, a batch) is sampled if any linked span is. */
const fromLinks = (links: Link[]): Decision | undefined =>
  links.length > 0 ? { sampled: links.some((link) => isSampled(link.context)), rule: 'link' } : undefined;

/** Decides by trace id, so that edges with the same rules agree. */
function ratios({ ratio, routes }: SamplingRules): (entry: Entry) => Decision {
  const rule = (name: string, share: number) => {
    const byId = new TraceIdRatioBasedSampler(share);
    return ({ ctx, traceId }: Entry): Decision => ({
      sampled: byId.shouldSample(ctx, traceId).decision === RECORD_AND_SAMPLED,
      rule: name,
    });
  };
  const byRoute = routes.map(({ route, ratio: share }) => ({
    fits: routeMatcher(route),
    decide: rule('route', share),
  }));
  const otherwise = rule('ratio', ratio);
  return (entry) => {
    const { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_PATH]: path } = entry.attributes;
    const found = byRoute.find(({ fits }) => fits(entry.name, method, path));
    return (found?.decide ?? otherwise)(entry);
  };
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
      const { sampled, rule } = decide(entry);
      countDecision(rule, sampled);
      const traceState = enter(entry);
      const result = sampled ? SAMPLED : NOT_SAMPLED;
      if (rule === 'parent') return traceState ? { ...result, traceState } : result;
      const named = { decision: result.decision, attributes: { [ATTR_SAMPLING_RULE]: rule } };
      return traceState ? { ...named, traceState } : named;
    },
  };
}
