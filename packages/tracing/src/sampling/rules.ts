// The syntax of `OTEL_TRACES_SAMPLER_ARG`: comma-separated `key=value` pairs, as for OpenTelemetry's own samplers.
// `ratio=0.1,wishes_per_second=50,POST /api/tasks=1,tools/call create_task=0.5`; a bare number is the ratio.
import { URLPattern as Ponyfill } from 'urlpattern-polyfill/urlpattern';

/** Node's own from 24 on. */
const URLPattern = (globalThis.URLPattern ?? Ponyfill) as typeof Ponyfill;

/** The default limit of sampled parents from outside, in traces per second for each edge. */
export const WISHES_PER_SECOND = 100;

/** The ratio of one kind of entry span: an HTTP method and route template, or the span's name. */
interface RouteRatio {
  route: string;
  ratio: number;
}

/** What a public edge samples: `OTEL_TRACES_SAMPLER_ARG`, parsed. */
export interface SamplingRules {
  /** The share of traces starting here that is sampled, 0 to 1. */
  ratio: number;
  wishesPerSecond: number;
  /** The first match decides. */
  routes: RouteRatio[];
}

/** Parses the variable. Throws an Error that names it and the invalid pair. */
export function parseSamplingRules(arg = ''): SamplingRules {
  const rules: SamplingRules = { ratio: 1, wishesPerSecond: WISHES_PER_SECOND, routes: [] };
  if (/^\s*[\d.]+\s*$/.test(arg)) return { ...rules, ratio: ratioOf(arg.trim(), arg) };
  for (const pair of arg.split(',').filter((text) => text.trim())) {
    const [name = ''] = pair.split('=', 1);
    const key = name.trim();
    const value = pair.slice(name.length + 1).trim();
    if (!key || !value) throw wrong(pair, 'is not key=value');
    if (key === 'ratio') rules.ratio = ratioOf(value, pair);
    else if (key === 'wishes_per_second') rules.wishesPerSecond = countOf(value, pair);
    else if (/[ /]/.test(key)) rules.routes.push({ route: routeOf(key, pair), ratio: ratioOf(value, pair) });
    else throw wrong(pair, 'has an unknown key');
  }
  return rules;
}

function ratioOf(value: string, pair: string): number {
  const ratio = Number(value);
  if (!(ratio >= 0 && ratio <= 1)) throw wrong(pair, 'is not a ratio from 0 to 1');
  return ratio;
}

function countOf(value: string, pair: string): number {
  const count = Number(value);
  if (!(count >= 0 && Number.isFinite(count))) throw wrong(pair, 'is not a number from 0 up');
  return count;
}

/** Compiles the route once, so that an invalid one fails at start. */
function routeOf(route: string, pair: string): string {
  try {
    routeMatcher(route);
    return route;
  } catch (cause) {
    throw wrong(pair, 'is not a route', cause);
  }
}

const wrong = (pair: string, what: string, cause?: unknown) =>
  new Error(`OTEL_TRACES_SAMPLER_ARG: "${pair.trim()}" ${what}`, { cause });

/**
 * A matcher of entry spans: `METHOD /path/:param` is compared with method and path, any other text with the span's name.
 */
export function routeMatcher(route: string): (name: string, method: unknown, path: unknown) => boolean {
  const [, method, pathname] = /^([A-Z]+) (\/.*)$/.exec(route) ?? [];
  if (!method || !pathname) return (name) => name === route;
  const pattern = new URLPattern({ pathname });
  return (_name, givenMethod, path) =>
    givenMethod === method && typeof path === 'string' && pattern.test({ pathname: path });
}
