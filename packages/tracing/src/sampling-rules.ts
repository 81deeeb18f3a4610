// What `OTEL_TRACES_SAMPLER_ARG` may say: `key=value` pairs behind commas, as OpenTelemetry writes its own samplers'.
// `ratio=0.1,wishes_per_second=50,POST /api/tasks=1,tools/call create_task=0.5`; a bare number is the ratio.

/** Wishes (sampled parents from outside) that one process of an edge grants in a second unless told otherwise. */
export const WISHES_PER_SECOND = 100;

/** A ratio of its own for an entry span: an HTTP method and route template, or the name of the span. */
export interface RouteRatio {
  route: string;
  ratio: number;
}

export interface SamplingRules {
  /** Share of the traces that begin here and are sampled, 0 to 1. */
  ratio: number;
  wishesPerSecond: number;
  /** The first that fits decides. */
  routes: RouteRatio[];
  /** Bearer token with which `X-B3-Sampled: 1` forces sampling; without one nobody can. */
  forceToken?: string;
}

const KEYS = ['ratio', 'wishes_per_second', 'force_token'];

/** Parses the variable. Throws an Error that names it, and the pair that is wrong by its key or place. */
export function parseSamplingRules(arg = ''): SamplingRules {
  const rules: SamplingRules = { ratio: 1, wishesPerSecond: WISHES_PER_SECOND, routes: [] };
  if (/^\s*[\d.]+\s*$/.test(arg)) return { ...rules, ratio: ratioOf(arg.trim(), arg.trim()) };
  for (const [index, pair] of arg.split(',').entries()) {
    if (!pair.trim()) continue;
    const [name = ''] = pair.split('=', 1);
    const key = name.trim();
    const value = pair.slice(name.length + 1).trim();
    // By its place where the key is none: it may be the second half of a token with a comma in it.
    const shown = KEYS.includes(key) ? key : `pair ${index + 1}`;
    if (!key || !value) throw wrong(shown, 'is no key=value');
    if (key === 'ratio') rules.ratio = ratioOf(value, shown);
    else if (key === 'wishes_per_second') rules.wishesPerSecond = countOf(value, shown);
    else if (key === 'force_token') rules.forceToken = value;
    else if (/[ /]/.test(key))
      rules.routes.push({ route: routeOf(key, shown), ratio: ratioOf(value, shown) });
    else throw wrong(shown, 'has an unknown key');
  }
  return rules;
}

function ratioOf(value: string, key: string): number {
  const ratio = Number(value);
  if (!(ratio >= 0 && ratio <= 1)) throw wrong(key, 'is no ratio from 0 to 1');
  return ratio;
}

function countOf(value: string, key: string): number {
  const count = Number(value);
  if (!(count >= 0 && Number.isFinite(count))) throw wrong(key, 'is no number from 0 up');
  return count;
}

/** The route, where a matcher can be made of it: later there would be nobody to tell. */
function routeOf(route: string, shown: string): string {
  try {
    routeMatcher(route);
    return route;
  } catch (cause) {
    throw wrong(shown, 'is no route', cause);
  }
}

/** Names the pair by its key or its place, never by its value: that may be the token. */
const wrong = (pair: string, what: string, cause?: unknown) =>
  new Error(`OTEL_TRACES_SAMPLER_ARG: "${pair}" ${what}`, { cause });

/** A test for entry spans: `METHOD /path/:param` against method and path, anything else against the span's name. */
export function routeMatcher(route: string): (name: string, method: unknown, path: unknown) => boolean {
  const [, method, pathname] = /^([A-Z]+) (\/.*)$/.exec(route) ?? [];
  if (!method || !pathname) return (name) => name === route;
  const pattern = new URLPattern({ pathname });
  return (_name, givenMethod, path) =>
    givenMethod === method && typeof path === 'string' && pattern.test({ pathname: path });
}
