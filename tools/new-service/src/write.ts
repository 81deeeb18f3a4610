// Carries out a plan: writes files, installs packages, generates types, formats.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Plan } from './extra.ts';
import { extras } from './extras.ts';
import { UserError } from './user-error.ts';

/** Writes the files of a plan. Rejects with EEXIST where a file to create exists: nothing is overwritten. */
export async function writePlan(root: string, { created, changed }: Plan): Promise<void> {
  for (const [path, text] of created) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: 'wx' });
  }
  for (const [path, text] of changed) await writeFile(join(root, path), text);
}

/**
 * Installs the packages of a written plan, generates what its kind needs, and formats. `onStep` gets a line for each step.
 * Throws a `UserError` that names the failed step; the files stay.
 */
export async function finishPlan(root: string, plan: Plan, onStep: (line: string) => void): Promise<void> {
  const run = execa({ cwd: root, stdin: 'ignore', preferLocal: true, localDir: root });
  const step = async (description: string, work: () => Promise<unknown>) => {
    onStep(description);
    await work().catch((cause: Error) => {
      const [reason] = cause.message.split('\n');
      throw new UserError(`${description} failed: ${reason} (the files were written)`, { cause });
    });
  };
  await step('installing packages', () =>
    run({ stderr: 'inherit' })(process.execPath, ['scripts/update.mjs']),
  );
  if (plan.kind === 'grpc') {
    const cwd = join(root, 'services', plan.name);
    await step('generating types from the proto', () => run({ cwd })(process.execPath, ['--run', 'gen']));
  }
  const code = [...plan.created.keys(), ...plan.changed.keys()].filter((path) => /\.(ts|json)$/.test(path));
  await step('formatting', () => run('biome', ['check', '--write', ...code]));
  for (const [description, program] of extras.flatMap((extra) => extra.programs)) {
    await step(description, () => run(process.execPath, [program]));
  }
}
