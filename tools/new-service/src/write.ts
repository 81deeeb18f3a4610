// A plan carried out: files written, packages installed, code brought into the form that lint wants.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Plan } from './plan.ts';
import { Refusal } from './refusal.ts';

/** Writes the files of a plan. A new one that has come to be there meanwhile is not overwritten, but an error. */
export async function writePlan(root: string, { created, changed }: Plan): Promise<void> {
  for (const [path, text] of created) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: 'wx' });
  }
  for (const [path, text] of changed) await writeFile(join(root, path), text);
}

/**
 * Installs the service's packages, makes what its kind generates, and formats what was written. Tells each step. Throws a
 * `Refusal` that names the step which failed; the files stay.
 */
export async function settle(root: string, plan: Plan, tell: (line: string) => void): Promise<void> {
  const run = execa({ cwd: root, stdin: 'ignore', preferLocal: true, localDir: root });
  const step = async (what: string, work: () => Promise<unknown>) => {
    tell(what);
    await work().catch((cause: Error) => {
      const [why] = cause.message.split('\n');
      throw new Refusal(`the files are written, but ${what} failed: ${why}`, { cause });
    });
  };
  await step('installing its packages', () =>
    run({ stderr: 'inherit' })(process.execPath, ['scripts/update.mjs']),
  );
  if (plan.kind === 'grpc') {
    const cwd = join(root, 'services', plan.name);
    await step('generating types from its proto', () => run({ cwd })(process.execPath, ['--run', 'gen']));
  }
  const code = [...plan.created.keys(), ...plan.changed.keys()].filter((path) => /\.(ts|json)$/.test(path));
  await step('formatting', () => run('biome', ['check', '--write', ...code]));
  await step('drawing its trace', () => run(process.execPath, ['tools/scenarios/src/draw.ts']));
}
