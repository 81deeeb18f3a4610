// A stranger's first service, of every kind: made in a copy of this checkout, it passes lint, types and its own tests there,
// and its first firing is one trace with every hop in it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KINDS } from '@trace-mesh/scenarios/services';
import { expect, it } from 'vitest';
import { copyCheckout } from './copy-checkout.ts';

/** Installing, checking and firing, on a small machine that does other things as well. */
const TIMEOUT_MS = 600_000;
/** What the tests of the whole checkout say of every service, beside its own. */
const TESTS_OF_ALL = ['tools/scenarios', 'tools/cli/src/compose', 'tools/embedded/src/compose'];
const TESTS_OF_PAGE = 'tools/console/src/page';

it.each(KINDS)(
  'a service of the kind %s is whole as it is made, and in the trace at its first firing',
  async (kind) => {
    await using checkout = await copyCheckout();
    const { folder, run } = checkout;
    const name = `my-${kind}`;
    const generate = ['scripts/run.mjs', 'tools/new-service/src/main.ts', name, '--kind', kind, '--json'];
    expect(JSON.parse((await run(process.execPath, generate)).stdout)).toMatchObject({
      ok: true,
      name,
      kind,
    });

    await run('biome', ['ci', '.']);
    await run('tsc', ['--noEmit']);
    await run('vitest', ['run', '--project', 'unit', `services/${name}/`, ...TESTS_OF_ALL, TESTS_OF_PAGE]);
    const demo = ['tools/cli/src/main.ts', '--once', '--json', '--scenario', name];
    const { ok, traces } = JSON.parse((await run(process.execPath, demo)).stdout);
    expect(ok).toBe(true);
    expect(traces).toMatchObject([{ scenario: name, services: ['agent', name] }]);

    const made = await readFile(join(folder, `services/${name}/src/app.ts`), 'utf8');
    const again = await run(process.execPath, generate, { reject: false });
    expect(again.exitCode).toBe(1);
    expect(JSON.parse(again.stdout).error).toContain(`services/${name} exists`);
    expect(await readFile(join(folder, `services/${name}/src/app.ts`), 'utf8')).toBe(made);
  },
  TIMEOUT_MS,
);
