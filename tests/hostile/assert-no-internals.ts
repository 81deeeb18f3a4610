// What no answer may say, whatever was sent: how the service is made.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const INSIDES = [
  /\n\s+at \S/, // a stack
  /file:\/\/|node_modules|\.ts:\d/,
  /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/i,
  /\b(ECONNREFUSED|postgres(ql)?:\/\/|redis:\/\/)/,
];

/** Fails for an answer that shows a stack, a path, an SQL text or an address of the inside. */
export function tellsNothing(text: string): void {
  expect(text).not.toContain(CHECKOUT);
  for (const inside of INSIDES) expect(text).not.toMatch(inside);
}
