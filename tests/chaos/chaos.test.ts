// The short form of `npm run chaos`: a mesh of its own, some of the faults, few tasks, and every promise all the same.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realBackends } from '../backends/real.ts';
import { type ChaosMesh, openChaosMesh } from './chaos-mesh.ts';
import { faultNamed, NO_FAULT, together } from './faults.ts';
import { measure } from './measure.ts';
import { type Round, runRound } from './round.ts';

const TASKS = 40;
/** Few samples on a machine that does other things as well; the full form holds 1.5. */
const LATENCY_FACTOR = 4;
const ROUND_MS = 90_000;

let mesh: ChaosMesh;
let normal: Round;
const options = () => ({ tasks: TASKS, normal, latencyFactor: LATENCY_FACTOR });

beforeAll(async () => {
  mesh = await openChaosMesh({ backends: realBackends('chaos') });
  // What is measured is code that has run before.
  await measure(mesh, TASKS);
  normal = await runRound(mesh, NO_FAULT, { tasks: TASKS, latencyFactor: LATENCY_FACTOR });
}, ROUND_MS);
afterAll(() => mesh[Symbol.asyncDispose]());

it('finds nothing broken where nothing has failed', () => {
  expect(normal.breaches).toEqual([]);
});

const short = [
  faultNamed('trace backend down'),
  faultNamed('restart postgres'),
  together(faultNamed('kill worker'), faultNamed('slow reader'), faultNamed('poison message')),
];
it.each(short)('keeps every promise through this: $name', { timeout: ROUND_MS }, async (fault) => {
  const { breaches, asked } = await runRound(mesh, fault, options());
  expect(breaches).toEqual([]);
  expect(asked.filter(({ end }) => end).length).toBe(TASKS);
});
