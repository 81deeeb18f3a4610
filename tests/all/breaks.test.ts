// Every verdict can turn red: with a knob in force a hop of its row is broken, the scenario's result is the same, and the doctor's
// first diagnosis names row and cause. All in one mesh, by knobs; one also with `--break`.
import { type Break, breaks } from '@trace-mesh/faults/breaks';
import { faultsOfRow } from '@trace-mesh/faults/faults';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import type { Diagnosis } from '@trace-mesh/trace-doctor/diagnose';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLabMesh } from './lab.fixture.ts';
import { ROOT } from './root.ts';

/** Enough for a whole trace to arrive; after `QUIET_MS` without a new span, a missing hop counts as broken. */
const VERDICT_MS = 20_000;
const QUIET_MS = 4_000;
const ALL_FIRED_MS = 180_000;

interface Broken {
  red: number[];
  diagnoses: Diagnosis[];
}

const registry = readRegistry();
const found = new Map<Break, Promise<Broken>>();
let mesh: Awaited<ReturnType<typeof startLabMesh>>;

// The verdicts are awaited while the next scenarios are fired.
beforeAll(async () => {
  mesh = await startLabMesh();
  for (const one of breaks) {
    expect(await mesh.lab.setKnobs({ drop: [one.knob] })).toMatchObject({ missing: [] });
    const diagnosed = diagnose(one, await mesh.agent.fire(one.scenario.name));
    diagnosed.catch(() => {}); // the test of the break awaits it and fails
    found.set(one, diagnosed);
  }
}, ALL_FIRED_MS);
afterAll(() => mesh?.[Symbol.asyncDispose]());

async function diagnose(
  { scenario: { edges } }: Break,
  { traceId, relatedTraceIds }: Awaited<ReturnType<typeof mesh.agent.fire>>,
): Promise<Broken> {
  const options = { timeoutMs: VERDICT_MS, quietMs: QUIET_MS, relatedTraceIds };
  const { trace, hops } = await waitForTrace(mesh.endpoints.traces, traceId, edges, options);
  const related = await readRelatedTraces(mesh.endpoints.traces, trace);
  const { diagnoses } = examine(trace, edges, related, registry);
  return { red: hops.filter((hop) => !hop.ok).map((hop) => hop.row), diagnoses };
}

it.each(breaks)('$knob breaks a hop of row $row, and the doctor names row and cause', async (one) => {
  const { red, diagnoses } = (await found.get(one)) ?? { red: [], diagnoses: [] };
  expect(red).toContain(one.row);
  expect(diagnoses[0]).toMatchObject({ row: one.row, cause: one.cause });
});

it('npm run demo -- --break 20 starts a mesh with the faults of row 20, prints the broken hop, and exits with 1', async () => {
  const args = ['run', '--silent', 'demo', '--', '--once', '--break', '20', '--scenario', 'redis-pubsub'];
  const { stdout, stderr, exitCode } = await execa('npm', args, { cwd: ROOT, reject: false });
  expect(exitCode).toBe(1);
  for (const { what } of faultsOfRow(20)) expect(stdout + stderr).toContain(`row 20: ${what}`);
  expect(stdout).toMatch(/scenarios failed, [1-9]\d* of \d+ hops are broken/);
});
