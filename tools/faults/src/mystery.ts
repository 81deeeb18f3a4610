// The mystery: one break, chosen by a seed. The player names its row and cause.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { CAUSES, type Cause } from '@trace-mesh/trace-doctor/causes';
import { type Break, breaks } from './breaks.ts';
import { ROWS } from './faults.ts';

/** Seeds are whole numbers from 0 to here. */
export const MAX_SEED = 999_999;
/** A prime larger than the number of breaks: seeds beside each other give breaks that are not. */
const STRIDE = 10_007;

/** The causes that a mystery can have, in the order of the doctor's table. */
export const MYSTERY_CAUSES = (Object.keys(CAUSES) as Cause[]).filter((cause) =>
  breaks.some((one) => one.cause === cause),
);

const edges = scenarios.flatMap((scenario) => scenario.edges);

/** The rows that a mystery can have, each with its transports and hops. */
export const MYSTERY_ROWS = ROWS.map((row) => {
  const own = edges.filter((edge) => edge.row === row);
  const hops = own.map(({ from, to }) => `${from.service} → ${to.service}`);
  const transports = own.map(({ transport }) => transport);
  return { row, hops: `${unique(transports)}: ${unique(hops)}` };
});

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

export interface MysteryAnswer {
  row: number;
  cause: Cause;
}

/** What the player sees of a mystery that was fired. It says neither row nor cause. */
export interface StartedMystery {
  seed: number;
  scenario: { name: string; title: string };
  traceId: string;
  /** The page of the trace. */
  viewer: string;
  symptoms: string[];
}

/** The judgement of an answer: with the solution if it is right, or if the player gave up. */
export interface JudgedGuess {
  right: boolean;
  /** `seen`: how it could be seen, a sentence each. */
  solution?: MysteryAnswer & { seen: string[] };
}

/** The break of a seed; as many seeds in sequence as there are breaks give each of them once. */
export function breakOf(seed: number): Break {
  const found = breaks[(seed * STRIDE) % breaks.length];
  if (!found) throw new RangeError(`seed ${seed} is out of range (0 to ${MAX_SEED})`);
  return found;
}

/** Whether the answer names the row and the cause of the break. */
export const isRight = ({ row, cause }: Break, answer: MysteryAnswer): boolean =>
  answer.row === row && answer.cause === cause;

/**
 * Parses `ROW:CAUSE`, such as `8:carrier-without-context`.
 * @throws Error that lists what is valid
 */
export function parseAnswer(text: string): MysteryAnswer {
  const [row, name, ...rest] = text.trim().split(':');
  const cause = MYSTERY_CAUSES.find((known) => known === name);
  if (!row || !ROWS.includes(Number(row)) || !cause || rest.length > 0)
    throw new Error(`expected ROW:CAUSE. Rows: ${ROWS.join(', ')}. Causes: ${MYSTERY_CAUSES.join(', ')}.`);
  return { row: Number(row), cause };
}
