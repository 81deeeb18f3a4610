// Every verdict can turn red: with the faults of a row in force, a hop of that row is broken, the scenario's result is the
// same, and the doctor names a cause. All rows in one mesh, by knobs; one also with `--break`.
import { faultsOfRow, knobsOf, ROWS } from '@trace-mesh/faults/faults';
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLabMesh } from './lab.fixture.ts';
import { ROOT } from './root.ts';

/** Enough for a whole trace to arrive; after `QUIET_MS` without a new span, a missing hop counts as broken. */
const VERDICT_MS = 8_000;
const QUIET_MS = 2_500;
/** Scenarios fired at a time, as in the demo. */
const CONCURRENCY = 3;
const ALL_FIRED_MS = 180_000;

/** The diagnosis of a row where the doctor finds the cause, not only a missing hop. */
const REASONS: Record<number, string> = {
  1: 'http-without-traceparent: the request of ',
  8: 'carrier-without-context: the message reached worker without traceparent: rest-api sent it without context',
  11: 'no-room-for-context: the message reached worker without traceparent: agent sent 10 user attributes',
  14: 'item-outside-its-span: ',
};

interface Broken {
  red: number[];
  diagnoses: string[];
}

const registry = readRegistry();
const found = new Map<number, Promise<Broken[]>>();
let mesh: Awaited<ReturnType<typeof startLabMesh>>;

// The scenarios of a row are fired under its knobs; the verdicts are awaited while the next rows are fired.
beforeAll(async () => {
  mesh = await startLabMesh();
  for (const row of ROWS) {
    const drop = faultsOfRow(row).flatMap(knobsOf);
    expect(await mesh.lab.setKnobs({ drop })).toMatchObject({ missing: [] });
    const limit = pLimit(CONCURRENCY);
    const proving = scenarios.filter(({ rows }) => rows.includes(row));
    const fired = await Promise.all(
      proving.map(async (scenario) => ({
        scenario,
        ...(await limit(() => mesh.agent.fire(scenario.name))),
      })),
    );
    const diagnosed = Promise.all(fired.map(diagnose));
    diagnosed.catch(() => {}); // the test of the row awaits it and fails
    found.set(row, diagnosed);
  }
}, ALL_FIRED_MS);
afterAll(() => mesh?.[Symbol.asyncDispose]());

async function diagnose({
  scenario: { edges },
  traceId,
  relatedTraceIds,
}: Awaited<ReturnType<typeof mesh.agent.fire>> & { scenario: Scenario }): Promise<Broken> {
  const options = { timeoutMs: VERDICT_MS, quietMs: QUIET_MS, relatedTraceIds };
  const { trace, hops } = await waitForTrace(mesh.endpoints.traces, traceId, edges, options);
  const related = await readRelatedTraces(mesh.endpoints.traces, trace);
  const { diagnoses } = examine(trace, edges, related, registry);
  return {
    red: hops.filter((hop) => !hop.ok).map((hop) => hop.row),
    diagnoses: diagnoses.map(({ cause, text }) => `${cause}: ${text}`),
  };
}

it.each(ROWS)('a fault in row %i breaks a hop of that row, and the doctor says why', async (row) => {
  const broken = (await found.get(row)) ?? [];
  expect(broken.flatMap(({ red }) => red)).toContain(row);
  const diagnoses = broken.flatMap((scenario) => scenario.diagnoses);
  expect(diagnoses).toContainEqual(expect.stringContaining(REASONS[row] ?? ':'));
});

it('npm run demo -- --break 20 starts a mesh with the faults of row 20, prints the broken hop, and exits with 1', async () => {
  const args = ['run', '--silent', 'demo', '--', '--once', '--break', '20', '--scenario', 'redis-pubsub'];
  const { stdout, stderr, exitCode } = await execa('npm', args, { cwd: ROOT, reject: false });
  expect(exitCode).toBe(1);
  for (const { what } of faultsOfRow(20)) expect(stdout + stderr).toContain(`row 20: ${what}`);
  expect(stdout).toMatch(/scenarios failed, [1-9]\d* of \d+ hops are broken/);
});
