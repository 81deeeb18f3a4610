// Which traces are kept, decided at the head: at a public edge by rules, inside the mesh by the parent alone, so that a
// trace has one decision. `ParentBased(rules)` would not do: it never asks the rules when a caller brings a parent.
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanContext,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import { ATTR_HTTP_REQUEST_METHOD, ATTR_URL_PATH } from '@opentelemetry/semantic-conventions';
import { withoutMeshMember } from '../context/trace-state.ts';
import { loadSdk } from '../sdk/cjs.ts';
import { countDecision } from '../sdk/metrics.ts';
import { ATTR_SAMPLING_RULE } from '../spans/attributes.ts';
import { createLimiter, type Decision, DecisionMemory } from './decisions.ts';
import { callerTrust, isForced } from './request.ts';
import { parseSamplingRules, routeMatcher, type SamplingRules } from './rules.ts';

// The SDK's `SamplingDecision` as numbers: but for types nothing of the SDK is imported; register.ts says how it is loaded.
const NOT_RECORD = 0;
const RECORD_AND_SAMPLED = 2;

/** The value of `OTEL_TRACES_SAMPLER` that makes a service a public edge. */
const EDGE_SAMPLER = 'mesh_edge';

/** Requests for these paths are never sampled, unless they are forced; `/api/health`, which has a span, still answers with its id. */
const HEALTH_PATHS: ReadonlySet<unknown> = new Set([
  '/api/health',
  '/livez',
  '/readyz',
  '/healthz',
  '/metrics',
]);

/** The sampler that the environment asks for; undefined for the SDK's own, which then reads the environment itself. */
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

/** For services that only the mesh calls: the parent decides, a root follows what it links to, any other is sampled. */
export function insideSampler(): Sampler {
  return sampler('mesh_inside', ({ parent, links }) => {
    if (parent) return { sampled: isSampled(parent), rule: 'parent' };
    return fromLinks(links) ?? { sampled: true, rule: 'root' };
  });
}

/** For services that anyone may call. Who calls is asked synchronously, where the span starts; see sampling/callers.ts. */
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
    // Not to be sampled is a wish that costs nothing.
    if (parent && !isSampled(parent)) return { sampled: false, rule: 'wish' };
    return memory.recall(traceId) ?? memory.remember(traceId, decide(entry));
  };
  // What our member says there is somebody's word: the span, and all behind it, goes on without.
  const enter = (entry: Entry) =>
    entry.parent && comesFromOutside(entry) ? withoutMeshMember(entry.parent) : undefined;
  return sampler(EDGE_SAMPLER, rule, enter);
}

/** Requests and socket messages do, unless a service sent them; what comes from the mesh's own queues and channels does not. */
const comesFromOutside = ({ ctx, kind, attributes }: Entry) =>
  (kind === SpanKind.SERVER ||
    (kind === SpanKind.CONSUMER && attributes['messaging.system.name'] === 'websocket')) &&
  !callerTrust(ctx).inside;

const decisionOf = (sampled: boolean) => (sampled ? RECORD_AND_SAMPLED : NOT_RECORD);

const isSampled = ({ traceFlags }: SpanContext) => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** A job in a trace of its own, and a batch, are sampled when any trace that they link to is. */
const fromLinks = (links: Link[]): Decision | undefined =>
  links.length > 0 ? { sampled: links.some((link) => isSampled(link.context)), rule: 'link' } : undefined;

/** By trace id, so that every edge with the same rules decides the same. */
function ratios({ ratio, routes }: SamplingRules): (entry: Entry) => Decision {
  const { TraceIdRatioBasedSampler } = loadSdk('sdk-trace');
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
 * Asks `decide` for entry spans only; every other span follows its parent in this process. `enter` may give the parent
 * with which the entry goes on.
 */
function sampler(
  name: string,
  decide: (entry: Entry) => Decision,
  enter: (entry: Entry) => SpanContext | undefined = () => undefined,
): Sampler {
  return {
    toString: () => name,
    shouldSample(ctx, traceId, spanName, kind, attributes, links): SamplingResult {
      const given = trace.getSpanContext(ctx);
      const parent = given && isSpanContextValid(given) ? given : undefined;
      if (parent && !parent.isRemote) return { decision: decisionOf(isSampled(parent)) };
      const entry: Entry = { ctx, traceId, name: spanName, kind, attributes, links, parent };
      const { sampled, rule } = decide(entry);
      countDecision(rule, sampled);
      const { traceState } = enter(entry) ?? {};
      return {
        decision: decisionOf(sampled),
        ...(traceState && { traceState }),
        ...(rule !== 'parent' && { attributes: { [ATTR_SAMPLING_RULE]: rule } }),
      };
    },
  };
}
