// `npm run demo -- --mystery`: the console of the mesh fires it and judges the answers; see tools/console/src/mysteries.ts.
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import {
  type JudgedGuess,
  MAX_SEED,
  type MysteryAnswer,
  parseAnswer,
  type StartedMystery,
} from '@trace-mesh/faults/mystery';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { inColor } from './command-line.ts';
import { formatMystery, formatSolution, mysteryJson } from './mystery-report.ts';
import type { DemoOptions } from './options.ts';

/** The console as a mystery needs it; a seam for tests. */
export interface MysteryConsole {
  start(seed: number): Promise<StartedMystery>;
  /** Without an answer the player gives up. */
  judge(traceId: string, answer?: MysteryAnswer): Promise<JudgedGuess>;
}

/** Reads a line at the terminal. */
export type Ask = (question: string) => Promise<string>;

/** The console at the endpoints. Throws an Error with the fix if the mesh has none; its methods reject with the console's problem. */
export function mysteryConsole({ console: page }: Endpoints, signal: AbortSignal): MysteryConsole {
  if (!page) throw new Error('the running mesh has no console (end it, then start `npm run dev`)');
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(new URL(path, page), {
      ...{ method: 'POST', headers, signal },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { detail?: string };
    if (!response.ok) throw new Error(`the console refused the mystery: ${answer.detail}`);
    return answer;
  };
  return {
    start: (seed) => post('/api/mysteries', { seed }),
    judge: (traceId, answer) => post(`/api/mysteries/${traceId}/answers`, { ...(answer && { answer }) }),
  };
}

/** Plays one mystery and prints it. Resolves with whether there was no answer to judge, or a right one. */
export async function playMystery(
  { seed = randomInt(MAX_SEED + 1), answer, json }: Pick<DemoOptions, 'seed' | 'answer' | 'json'>,
  console: MysteryConsole,
  ask: Ask | undefined,
  print: (text: string) => void,
): Promise<boolean> {
  const mystery = await console.start(seed);
  if (!json) print(formatMystery(mystery, inColor()));
  if (!answer && !ask) {
    if (json) print(mysteryJson(mystery));
    return true;
  }
  const judged = answer
    ? await judgeOnce(mystery, answer, console)
    : await judgeAll(mystery, console, ask as Ask, print);
  print(json ? mysteryJson(mystery, judged) : formatSolution(judged, inColor()));
  return judged.right;
}

/** Judges one answer; the solution comes with a wrong one as well. */
async function judgeOnce(
  { traceId }: StartedMystery,
  answer: MysteryAnswer,
  console: MysteryConsole,
): Promise<JudgedGuess> {
  const judged = await console.judge(traceId, answer);
  return judged.right ? judged : console.judge(traceId);
}

/** Asks until the answer is right, or empty: then the player gives up. */
async function judgeAll(
  { traceId }: StartedMystery,
  console: MysteryConsole,
  ask: Ask,
  print: (text: string) => void,
): Promise<JudgedGuess> {
  for (;;) {
    const text = await ask('ROW:CAUSE (empty: give up)> ');
    if (text.trim() === '') return console.judge(traceId);
    try {
      const judged = await console.judge(traceId, parseAnswer(text));
      if (judged.right) return judged;
      print('no, look again');
    } catch (error) {
      print(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Asks at the terminal; undefined without one. */
export function openPrompt(signal: AbortSignal): (Disposable & { ask: Ask }) | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  return { ask: (question) => prompt.question(question, { signal }), [Symbol.dispose]: () => prompt.close() };
}
