// What `OTEL_TRACES_SAMPLER_ARG` may say: `key=value` pairs behind commas, as OpenTelemetry writes its own samplers'.
// `ratio=0.1,wishes_per_second=50,POST /api/tasks=1,tools/call create_task=0.5`; a bare number is the ratio.
import { URLPattern as Ponyfill } from 'urlpattern-polyfill/urlpattern';

/** Node's own from 24 on. */
const URLPattern = (globalThis.URLPattern ?? Ponyfill) as typeof Ponyfill;

/** Wishes (sampled parents from outside) that one process of an edge grants in a second unless told otherwise. */
export const WISHES_PER_SECOND = 100;

/** A ratio of its own for an entry span: an HTTP method and route template, or the name that the span has in the trace. */
export interface RouteRatio {
  route: string;
  ratio: number;
}

/** What a public edge samples: the value of `OTEL_TRACES_SAMPLER_ARG`, read. */
export interface SamplingRules {
  /** Share of the traces that begin here and are sampled, 0 to 1. */
  ratio: number;
  wishesPerSecond: number;
  /** The first that fits decides. */
  routes: RouteRatio[];
}

/** Parses the variable. Throws an Error that names it, and the pair that is wrong. */
export function parseSamplingRules(arg = ''): SamplingRules {
  const rules: SamplingRules = { ratio: 1, wishesPerSecond: WISHES_PER_SECOND, routes: [] };
  if (/^\s*[\d.]+\s*$/.test(arg)) return { ...rules, ratio: ratioOf(arg.trim(), arg) };
  for (const pair of arg.split(',').filter((text) => text.trim())) {
    const [name = ''] = pair.split('=', 1);
    const key = name.trim();
    const value = pair.slice(name.length + 1).trim();
    if (!key || !value) throw wrong(pair, 'is no key=value');
    if (key === 'ratio') rules.ratio = ratioOf(value, pair);
    else if (key === 'wishes_per_second') rules.wishesPerSecond = countOf(value, pair);
    else if (/[ /]/.test(key)) rules.routes.push({ route: routeOf(key, pair), ratio: ratioOf(value, pair) });
    else throw wrong(pair, 'has an unknown key');
  }
  return rules;
}

function ratioOf(value: string, pair: string): number {
  const ratio = Number(value);
  if (!(ratio >= 0 && ratio <= 1)) throw wrong(pair, 'is no ratio from 0 to 1');
  return ratio;
}

function countOf(value: string, pair: string): number {
  const count = Number(value);
  if (!(count >= 0 && Number.isFinite(count))) throw wrong(pair, 'is no number from 0 up');
  return count;
}

/** The route, where a matcher can be made of it: later there would be nobody to tell. */
function routeOf(route: string, pair: string): string {
  try {
    routeMatcher(route);
    return route;
  } catch (cause) {
    throw wrong(pair, 'is no route', cause);
  }
}

const wrong = (pair: string, what: string, cause?: unknown) =>
  new Error(`OTEL_TRACES_SAMPLER_ARG: "${pair.trim()}" ${what}`, { cause });

/**
 * A test for entry spans: `METHOD /path/:param` against method and path, anything else against the span's name. That of a gRPC
 * span starts with `grpc.`, until sdk/conventions.ts has mended it.
 */
export function routeMatcher(route: string): (name: string, method: unknown, path: unknown) => boolean {
  const [, method, pathname] = /^([A-Z]+) (\/.*)$/.exec(route) ?? [];
  if (!method || !pathname) return (name) => name === route || name === `grpc.${route}`;
  const pattern = new URLPattern({ pathname });
  return (_name, givenMethod, path) =>
    givenMethod === method && typeof path === 'string' && pattern.test({ pathname: path });
}
