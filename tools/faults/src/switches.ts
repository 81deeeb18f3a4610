// What the rewritten lines (lines.ts) call.
import { setTimeout as wait } from 'node:timers/promises';
import type { Knobs, Place } from './knobs.ts';
import { isBroken, knobs, service, serviceWith } from './state.ts';

/** The message of the error that is thrown where work fails, as unexpected as a bug's. */
const FAILURE = 'the lab makes this fail';

/** Waits or throws where the knobs say so. */
export async function pass(place: Place): Promise<void> {
  const { slow, slowMs } = knobs();
  if (slow.includes(place)) await wait(slowMs);
  if (knobs().fail.includes(place)) throw new Error(FAILURE);
}

/** How the worker relates a message to its sender; `configured` where no knob is set. */
export const sqsMode = (configured: Knobs['sqsMode']): Knobs['sqsMode'] =>
  service === 'worker' ? (knobs().sqsMode ?? configured) : configured;

/** Messages as SQS returns them; without attributes, as to a request that names none, where that fault is in force. */
export function received<M extends { MessageAttributes?: unknown }>(messages: M[]): M[] {
  // The request may be in flight for 20 s when the knob changes, so its answer is changed.
  if (isBroken(({ loses }) => loses === 'attributes'))
    for (const message of messages) delete message.MessageAttributes;
  return messages;
}

interface Decision {
  sampled: boolean;
  rule: string;
}
/** The sampler's decision by trace id, so that all processes decide alike. */
type Ratios<Entry> = (rules: {
  ratio: number;
  wishesPerSecond: number;
  routes: [];
}) => (entry: Entry) => Decision;

/** The rules that a ratio replaces. Traces that the agent starts have the rule `root`, and the edges follow it. */
const BY_RATIO = ['ratio', 'route', ...(service === 'agent' ? ['root'] : [])];

/** The decision on a span that enters the process: `decided`, or by the fault or the ratio in force. */
export function sampled<Entry extends { parent?: unknown }>(
  entry: Entry,
  decided: Decision,
  ratios: Ratios<Entry>,
): Decision {
  const dropping = serviceWith('decision');
  if (dropping && entry.parent) return { sampled: service !== dropping, rule: 'ratio' };
  const { samplingRatio: ratio } = knobs();
  if (ratio === undefined || !BY_RATIO.includes(decided.rule)) return decided;
  return ratios({ ratio, wishesPerSecond: 0, routes: [] })(entry);
}
