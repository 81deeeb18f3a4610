// `npm run new-service` for every kind, in one copy of this checkout with one mesh.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KINDS } from '@trace-mesh/topology/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkout, copyCheckout, startDev } from './copy-checkout.ts';

/** For an install, a whole lint or a mesh start on a busy machine. */
const STEP_MS = 600_000;
/** Tests outside a service's folder that check every service. */
const TESTS_OF_ALL = [
  'tools/scenarios',
  'tools/topology',
  'tools/cli/src/compose',
  'tools/embedded/src/compose',
  'tools/console/src/page',
];

const nameOf = (kind: string) => `my-${kind}`;
const opened = new AsyncDisposableStack();
let checkout: Checkout;

const generate = (kind: string) => {
  const args = ['scripts/run.mjs', 'tools/new-service/src/main.ts', nameOf(kind), '--kind', kind, '--json'];
  return checkout.run(process.execPath, args, { reject: false });
};

beforeAll(async () => {
  checkout = opened.use(await copyCheckout());
  for (const kind of KINDS) {
    const { stdout } = await generate(kind);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, name: nameOf(kind), kind });
  }
}, STEP_MS);
afterAll(() => opened.disposeAsync());

it(
  'generated services of every kind pass lint, types and unit tests unchanged',
  async () => {
    await checkout.run('biome', ['ci', '.']);
    await checkout.run('tsc', ['--noEmit']);
    const files = KINDS.map((kind) => `services/${nameOf(kind)}/`);
    await checkout.run('vitest', ['run', '--project', 'unit*', ...files, ...TESTS_OF_ALL]);
  },
  STEP_MS,
);

it.each(KINDS)('generating the %s service again fails and changes no file', async (kind) => {
  const app = join(checkout.folder, `services/${nameOf(kind)}/src/app.ts`);
  const before = await readFile(app, 'utf8');
  const { exitCode, stdout } = await generate(kind);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).error).toContain(`services/${nameOf(kind)} exists`);
  expect(await readFile(app, 'utf8')).toBe(before);
});

describe('in a running mesh', () => {
  beforeAll(async () => {
    opened.use(await startDev(checkout));
  }, STEP_MS);

  it.each(KINDS)(
    'the scenario of the generated %s service is one trace in which every hop holds',
    async (kind) => {
      const name = nameOf(kind);
      const demo = ['tools/cli/src/main.ts', '--once', '--json', '--scenario', name];
      const { ok, traces } = JSON.parse((await checkout.run(process.execPath, demo)).stdout);
      expect(ok).toBe(true);
      expect(traces).toMatchObject([{ scenario: name, services: ['agent', name] }]);
    },
  );
});
