// `npm run bench`: what tracing costs and what the mesh carries.
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { MeshError } from '@trace-mesh/embedded/mesh';
import { type Machine, writeSection } from './document.ts';
import { handlers } from './handlers.ts';
import { modes } from './modes.ts';
import { type BenchOptions, parseOptions, UsageError } from './options.ts';
import { GATE, parts } from './parts.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

async function commitOf(): Promise<string> {
  const run = promisify(execFile)('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname });
  // A checkout may be an archive, and git may be absent.
  return run.then(({ stdout }) => stdout.trim()).catch(() => 'unknown');
}

const machine = async (): Promise<Machine> => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryMib: Math.round(totalmem() / 2 ** 20),
  os: `${process.platform} ${process.arch}`,
  node: process.version,
  commit: await commitOf(),
  date: new Date().toISOString().slice(0, 10),
});

/** Runs the parts; whether none of them failed. */
async function bench(options: BenchOptions): Promise<boolean> {
  const about = await machine();
  const results: Record<string, unknown> = { machine: about };
  const all = Object.keys(parts).filter((name) => name !== GATE);
  let holds = true;
  for (const name of options.parts.length > 0 ? options.parts : all) {
    const part = await parts[name]?.load();
    if (!part) continue;
    const result = await part.run({ ...options, say });
    results[name] = result;
    if (part.failed?.(result)) holds = false;
    const printed = part.print(result);
    if (!options.json) process.stdout.write(`${printed}\n\n`);
    if (options.write && name !== GATE) await writeSection(name, printed, about);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  return holds;
}

const options = parseOptions(process.argv.slice(2), {
  parts: Object.fromEntries(Object.entries(parts).map(([name, { summary }]) => [name, summary])),
  handlers: Object.keys(handlers),
  modes: Object.keys(modes),
});
if (typeof options === 'number') process.exitCode = options;
else {
  try {
    process.exitCode = (await bench(options)) ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof MeshError;
    say(error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error));
    process.exitCode = isUsage ? 2 : 1;
  }
}
