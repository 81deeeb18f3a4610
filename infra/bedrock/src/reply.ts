// The model's replies: the same prompt always gets the same text.
import { createHash } from 'node:crypto';

const CHARS_PER_TOKEN = 4;
const QUOTED_CHARS = 80;

const OPENINGS = ['Gladly.', 'Good question.', 'Here is a start.', 'With pleasure.'];
const THOUGHTS = [
  'Break it into small steps, and let each one leave something that you can look at.',
  'Write down what must be true at the end, then work back from there.',
  'Most of it is already known; the rest is asking the right neighbour in the right order.',
  'The shortest path is the one that you can still explain tomorrow.',
];
const CLOSINGS = ['Shall I go on?', 'That is a day well spent.', 'Ask again for more.', 'Good luck!'];

export interface Reply {
  readonly text: string;
  readonly outputTokens: number;
  readonly stopReason: 'end_turn' | 'max_tokens';
}

/** One token for every four characters begun. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** Replies to `prompt`, cut off at `maxTokens`. */
export function replyTo(prompt: string, maxTokens = Number.POSITIVE_INFINITY): Reply {
  const hash = createHash('sha256').update(prompt).digest();
  const pick = (from: readonly string[], byte: number) => from[(hash[byte] ?? 0) % from.length];
  const whole = `${pick(OPENINGS, 0)} You asked: “${quote(prompt)}” ${pick(THOUGHTS, 1)} ${pick(CLOSINGS, 2)}`;
  const fits = countTokens(whole) <= maxTokens;
  const text = fits ? whole : whole.slice(0, maxTokens * CHARS_PER_TOKEN);
  return { text, outputTokens: countTokens(text), stopReason: fits ? 'end_turn' : 'max_tokens' };
}

function quote(prompt: string): string {
  const characters = Array.from(prompt.replaceAll(/\s+/g, ' ').trim());
  return characters.length > QUOTED_CHARS
    ? `${characters.slice(0, QUOTED_CHARS).join('')}…`
    : characters.join('');
}
