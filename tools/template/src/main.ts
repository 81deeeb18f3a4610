// `npm run template -- DIR [--scope @shop] [--name shop]`: copies what a service needs into a new repository.
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Options, parseOptions } from './options.ts';
import { templateFiles } from './template.ts';
import { TemplateError } from './template-error.ts';

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw new TemplateError(`${folder} is not a folder that can be read: pass a new or empty folder`, {
      cause: error,
    });
  }
}

/** Runs a program in the copy. Throws a `TemplateError` with its output, and with `command`, which runs it again. */
async function run(folder: string, command: string, program: string, args: string[]): Promise<void> {
  const options = { cwd: folder, reject: false, preferLocal: true, localDir: folder } as const;
  const { failed, all } = await execa(program, args, { ...options, all: true });
  if (failed)
    throw new TemplateError(`${command} failed in ${folder}: fix the cause and run it there\n${all}`);
}

async function makeTemplate({ folder, ...names }: Options): Promise<void> {
  if (!(await isEmpty(folder))) throw new TemplateError(`${folder} is not empty: pass a new or empty folder`);
  const files = await templateFiles(names);
  for (const [path, text] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    if (text.startsWith('#!')) await chmod(target, 0o755);
  }
  console.error(`${files.size} files written; the lockfile and the packages follow`);
  await run(folder, 'node scripts/update.mjs', process.execPath, ['scripts/update.mjs']);
  // Another scope changes the order of imports and the length of lines.
  await run(folder, 'npx biome check --write .', 'biome', ['check', '--write', '.']);
  console.log(`cd ${folder}\nnpm test\ndocker compose up -d --build --wait`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (typeof options === 'number') process.exitCode = options;
  else await makeTemplate(options);
} catch (error) {
  if (!(error instanceof TemplateError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
