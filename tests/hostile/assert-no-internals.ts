// No answer may reveal implementation details: stacks, file paths, SQL, connection errors, connection strings.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const INTERNALS = [
  /\n\s+at \S/, // a stack
  /file:\/\/|node_modules|\.ts:\d/,
  /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/i,
  /\b(ECONNREFUSED|postgres(ql)?:\/\/|redis:\/\/)/,
];

/** Fails for an answer that shows a stack, a path, an SQL text or an address of the inside. */
export function assertNoInternals(text: string): void {
  expect(text).not.toContain(CHECKOUT);
  for (const inside of INTERNALS) expect(text).not.toMatch(inside);
}
