// A stranger's first service, of every kind: made in a copy of this checkout, it passes lint, types and its own tests there,
// and its first firing is one trace with every hop in it.
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KINDS } from '@trace-mesh/scenarios/services';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import { outsideEnv } from './outside-env.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Installing, checking and firing, on a small machine that does other things as well. */
const TIMEOUT_MS = 600_000;
const COPIES_AT_ONCE = 16;
/** What the tests of the whole checkout say of every service, beside its own. */
const TESTS_OF_ALL = ['packages/scenarios', 'packages/demo/src/compose', 'packages/embedded/src/compose'];
const TESTS_OF_PAGE = 'services/console/src/page';

/** The checkout as git knows it, new files included, in a folder that goes with the test. */
async function copyCheckout() {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-copy-'));
  const list = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  const turn = pLimit(COPIES_AT_ONCE);
  const copy = async (file: string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  };
  await Promise.all(list.stdout.split('\n').map((file) => turn(() => copy(file))));
  const env = outsideEnv();
  const run = execa({ cwd: folder, extendEnv: false, env, preferLocal: true, localDir: folder });
  return { folder, run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

it.each(KINDS)(
  'a service of the kind %s is whole as it is made, and in the trace at its first firing',
  async (kind) => {
    await using checkout = await copyCheckout();
    const { folder, run } = checkout;
    const name = `my-${kind}`;
    const generate = ['scripts/run.mjs', 'packages/new-service/src/main.ts', name, '--kind', kind, '--json'];
    expect(JSON.parse((await run(process.execPath, generate)).stdout)).toMatchObject({
      ok: true,
      name,
      kind,
    });

    await run('biome', ['ci', '.']);
    await run('tsc', ['--noEmit']);
    await run('vitest', ['run', '--project', 'unit', `services/${name}/`, ...TESTS_OF_ALL, TESTS_OF_PAGE]);
    const demo = ['packages/demo/src/main.ts', '--once', '--json', '--scenario', name];
    const { ok, traces } = JSON.parse((await run(process.execPath, demo)).stdout);
    expect(ok).toBe(true);
    expect(traces).toMatchObject([{ scenario: name, services: ['agent', name] }]);

    const made = await readFile(join(folder, `services/${name}/src/app.ts`), 'utf8');
    const again = await run(process.execPath, generate, { reject: false });
    expect(again.exitCode).toBe(1);
    expect(JSON.parse(again.stdout).error).toContain(`services/${name} is there already`);
    expect(await readFile(join(folder, `services/${name}/src/app.ts`), 'utf8')).toBe(made);
  },
  TIMEOUT_MS,
);
