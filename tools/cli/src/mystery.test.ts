import { breakOf, isRight, type MysteryAnswer } from '@trace-mesh/faults/mystery';
import { expect, it } from 'vitest';
import { type MysteryConsole, mysteryConsole, playMystery } from './mystery.ts';

const SEED = 5;
const broken = breakOf(SEED);
const right: MysteryAnswer = { row: broken.row, cause: broken.cause };
const wrong: MysteryAnswer = { ...right, row: right.row + 1 };
const traceId = 'a'.repeat(32);

/** A console that judges as the real one does, and counts. */
function fakeConsole() {
  const seeds: number[] = [];
  const guesses: unknown[] = [];
  const console: MysteryConsole = {
    async start(seed) {
      seeds.push(seed);
      const scenario = { name: 'http', title: 'A title' };
      return { seed, scenario, traceId, viewer: 'http://v/trace/a', symptoms: ['A symptom.'] };
    },
    async judge(_, answer) {
      guesses.push(answer);
      const isSolved = !answer || isRight(broken, answer);
      const solution = { ...right, seen: ['How it is seen.'] };
      return { right: isSolved && answer !== undefined, ...(isSolved && { solution }) };
    },
  };
  return { console, seeds, guesses };
}

/** Plays with these options, and with these lines at the terminal. */
async function play(options: { seed?: number; answer?: MysteryAnswer; json?: boolean }, lines?: string[]) {
  const { console, seeds, guesses } = fakeConsole();
  const printed: string[] = [];
  const ask = lines && (async () => lines.shift() ?? '');
  const found = await playMystery({ json: false, ...options }, console, ask, (text) => printed.push(text));
  return { found, printed: printed.join('\n'), seeds, guesses };
}

it('without an answer the symptoms, rows and causes are printed, and not the solution', async () => {
  const { found, printed, guesses } = await play({ seed: SEED });
  expect([found, guesses]).toEqual([true, []]);
  for (const text of ['A symptom.', 'http://v/trace/a', '  25  ', 'never-arrived', `--seed ${SEED}`])
    expect(printed).toContain(text);
  expect(printed).not.toContain('How it is seen.');
});

it('without a seed one is chosen, and printed', async () => {
  const { printed, seeds } = await play({});
  expect(printed).toContain(`--seed ${seeds[0]} --answer`);
});

it.each([
  ['right', right, true],
  ['wrong', wrong, false],
] as const)('a %s answer is judged, with how it could be seen', async (_, answer, expected) => {
  const { found, printed } = await play({ seed: SEED, answer });
  expect(found).toBe(expected);
  expect(printed).toMatch(/How it is seen\.$/);
  expect(printed).toContain(`${right.row}:${right.cause}`);
});

it('the terminal is asked again until the answer is right', async () => {
  const texts = ['nonsense', `${wrong.row}:${wrong.cause}`, `${right.row}:${right.cause}`];
  const { found, printed, guesses } = await play({ seed: SEED }, texts);
  expect([found, guesses]).toEqual([true, [wrong, right]]);
  expect(printed).toMatch(/expected ROW:CAUSE.*look again.*✓ right/s);
});

it('an empty line gives up', async () => {
  const { found, printed, guesses } = await play({ seed: SEED }, ['']);
  expect([found, guesses]).toEqual([false, [undefined]]);
  expect(printed).toContain('How it is seen.');
});

it('--json prints one object, with the solution after an answer only', async () => {
  expect(JSON.parse((await play({ seed: SEED, json: true })).printed)).toEqual(
    expect.not.objectContaining({ solution: expect.anything() }),
  );
  const { printed } = await play({ seed: SEED, json: true, answer: wrong });
  expect(JSON.parse(printed)).toMatchObject({ ok: false, seed: SEED, solution: { ...right } });
});

it('a mesh without a console is refused, with the fix', () => {
  expect(() => mysteryConsole({} as never, new AbortController().signal)).toThrow(/no console .*npm run dev/);
});
