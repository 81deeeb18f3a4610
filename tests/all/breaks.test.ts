// Every verdict can turn red: each break is played as a mystery, by seed, in one mesh. A hop of its row is broken, the doctor's first
// diagnosis names row and cause, and no other answer is right.
// The doctor of the console says the same to an agent. One row also with `--break`.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { type Break, breaks } from '@trace-mesh/faults/breaks';
import { faultsOfRow, ROWS } from '@trace-mesh/faults/faults';
import {
  breakOf,
  type JudgedGuess,
  MYSTERY_CAUSES,
  type MysteryAnswer,
  type StartedMystery,
} from '@trace-mesh/faults/mystery';
import { expected } from '@trace-mesh/scenarios/expected';
import { type Check, readCheck } from '@trace-mesh/trace-doctor/answers/check';
import { storeAt } from '@trace-mesh/trace-doctor/answers/store';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ERAS, openInspector } from './inspector.fixture.ts';
import { ROOT } from './root.ts';

const START_MS = 180_000;
/** A test of the last break may wait for all to be played. */
const ALL_PLAYED_MS = 180_000;
const JOIN_DEADLINE_MS = 30_000;

interface Played {
  mystery: StartedMystery;
  check: Check;
  /** The answers that are right. */
  right: MysteryAnswer[];
}

const played = new Map<Break, Promise<Played>>();
let mesh: Awaited<ReturnType<typeof startMesh>>;
let inspector: Awaited<ReturnType<typeof openInspector>>;

// The console fires them one after the other; each is checked and answered while the next ones are fired.
beforeAll(async () => {
  [mesh, inspector] = await Promise.all([startMesh({ console: true }), openInspector()]);
  await vi.waitFor(async () => expect(await session()).toMatchObject({ hasKnobs: true }), JOIN_DEADLINE_MS);
  for (const seed of breaks.keys()) played.set(breakOf(seed), play(seed));
  // Each is awaited by its own tests: a failure must not end the process before.
  void Promise.allSettled(played.values());
}, START_MS);
afterAll(async () => {
  await inspector?.[Symbol.asyncDispose]();
  await mesh?.[Symbol.asyncDispose]();
});

/** The services connect to the console once it listens. */
const session = async () => (await fetch(new URL('/api/session', mesh.endpoints.console))).json();

async function play(seed: number): Promise<Played> {
  const mystery = await post<StartedMystery>('/api/mysteries', { seed });
  const store = storeAt(mesh.endpoints.traces, AbortSignal.timeout(ALL_PLAYED_MS));
  const check = await readCheck(store, mystery.traceId, expected);
  const right: MysteryAnswer[] = [];
  for (const answer of answersNear(breakOf(seed)))
    if ((await post<JudgedGuess>(`/api/mysteries/${mystery.traceId}/answers`, { answer })).right)
      right.push(answer);
  return { mystery, check, right };
}

/** Every row with its cause, and every cause with its row; mystery.test.ts has all others. */
const answersNear = ({ row, cause }: MysteryAnswer): MysteryAnswer[] => [
  ...ROWS.map((other) => ({ row: other, cause })),
  ...MYSTERY_CAUSES.filter((other) => other !== cause).map((other) => ({ row, cause: other })),
];

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const url = new URL(path, mesh.endpoints.console);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer as T;
}

// The tests of a break come as soon as it is played, while the next ones are.
it.concurrent(
  'npm run demo -- --break 20 starts a mesh with the faults of row 20, prints the broken hop, and exits with 1',
  async () => {
    const args = ['run', '--silent', 'demo', '--', '--once', '--break', '20', '--scenario', 'redis-pubsub'];
    const { stdout, stderr, exitCode } = await execa('npm', args, { cwd: ROOT, reject: false });
    expect(exitCode).toBe(1);
    for (const { what } of faultsOfRow(20)) expect(stdout + stderr).toContain(`row 20: ${what}`);
    expect(stdout).toMatch(/scenarios failed, [1-9]\d* of \d+ hops are broken/);
  },
  ALL_PLAYED_MS,
);

describe.concurrent.each(breaks)('$knob', (one) => {
  const { row, cause } = one;

  it(
    `breaks a hop of row ${row}; check and one answer name row and cause`,
    async () => {
      const { mystery, check, right } = (await played.get(one)) as Played;
      expect(mystery.scenario.name).toBe(one.scenario.name);
      expect(check.hops.filter((hop) => !hop.ok).map((hop) => hop.row)).toContain(row);
      expect(check.diagnoses[0]).toMatchObject({ row, cause });
      expect(right).toEqual([{ row, cause }]);
    },
    ALL_PLAYED_MS,
  );

  it.each(ERAS)(
    `asked over MCP on /mcp of the console, the doctor gives the Inspector row ${row} and the cause, %s era`,
    async (era) => {
      const { traceId } = (await played.get(one))?.mystery ?? {};
      const url = new URL('/mcp', mesh.endpoints.console).href;
      const args = { traceId, row };
      const { structuredContent } = await inspector.call(url, era, 'explain_missing_hop', args);
      const causes = expect.arrayContaining([expect.objectContaining({ row, cause })]);
      const missing = expect.arrayContaining([expect.objectContaining({ row, causes })]);
      expect(structuredContent).toMatchObject({ ok: false, missing });
    },
    ALL_PLAYED_MS,
  );
});
