// A copy of this checkout, in which a test creates and changes files as a user of the template would.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { outsideEnv } from './outside-env.ts';
import { ROOT } from './root.ts';

const MAX_PARALLEL_COPIES = 16;
/** What `tsc` has checked in this checkout. */
const CHECKED = '.mesh/tsconfig.tsbuildinfo';

export type Checkout = Awaited<ReturnType<typeof copyCheckout>>;

/** Copies all files that git tracks or would track into a folder that is deleted on disposal. */
export async function copyCheckout() {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-copy-'));
  const list = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  const limit = pLimit(MAX_PARALLEL_COPIES);
  const copy = async (file: string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  };
  const files = list.stdout.split('\n');
  // `tsc` in the copy then checks what the test changes.
  if (existsSync(join(ROOT, CHECKED))) files.push(CHECKED);
  await Promise.all(files.map((file) => limit(() => copy(file))));
  const env = outsideEnv();
  const run = execa({ cwd: folder, extendEnv: false, env, preferLocal: true, localDir: folder });
  return { folder, run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Starts the copy's mesh as `npm run dev` does, without npm, which forwards no signals; disposal stops it. */
export async function startDev({ run }: Checkout, ...options: string[]): Promise<AsyncDisposable> {
  const args = ['scripts/run.mjs', 'tools/embedded/src/dev.ts', '--json', ...options];
  const dev = run(process.execPath, args, { reject: false });
  await Promise.race([
    once(createInterface(dev.stdout), 'line'),
    dev.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      dev.kill('SIGTERM');
      await dev;
    },
  };
}
