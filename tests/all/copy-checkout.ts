// A stranger's checkout: files are made and changed in it, and it goes with its test.
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { outsideEnv } from './outside-env.ts';
import { ROOT } from './root.ts';

const COPIES_AT_ONCE = 16;

/** The checkout as git knows it, new files included, in a folder that goes with the test. */
export async function copyCheckout() {
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
