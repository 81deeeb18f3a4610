// What the rewritten line of the sampler calls.
import { knobs, service } from './here.ts';

interface Decision {
  sampled: boolean;
  rule: string;
}
/** The sampler's own way from ratios to a decision: by trace id, so that all processes decide alike. */
type Ratios<Entry> = (rules: {
  ratio: number;
  wishesPerSecond: number;
  routes: [];
}) => (entry: Entry) => Decision;

/**
 * The rules that a ratio takes the place of. An agent's own traces begin with the rule `root`, and the edges follow it;
 * what is forced, wished, linked or somebody's child stays as it was decided.
 */
const BY_RATIO = ['ratio', 'route', ...(service === 'agent' ? ['root'] : [])];

/** The decision on a span that enters the process: as `decided`, or by the ratio in force. */
export function sampled<Entry>(entry: Entry, decided: Decision, ratios: Ratios<Entry>): Decision {
  const { samplingRatio: ratio } = knobs();
  if (ratio === undefined || !BY_RATIO.includes(decided.rule)) return decided;
  return ratios({ ratio, wishesPerSecond: 0, routes: [] })(entry);
}
