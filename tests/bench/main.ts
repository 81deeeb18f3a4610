// `npm run bench`: what tracing costs and what the mesh carries.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { MeshError } from '@trace-mesh/embedded/mesh';
import { handlers } from './handlers.ts';
import { modes } from './modes.ts';
import { type BenchOptions, parseOptions, UsageError } from './options.ts';
import { parts } from './parts.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Where the figures were measured; memory in MiB. */
const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryMib: Math.round(totalmem() / 2 ** 20),
  os: `${process.platform} ${process.arch}`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
});

async function bench(options: BenchOptions): Promise<void> {
  const results: Record<string, unknown> = { machine: machine() };
  const names = options.parts.length > 0 ? options.parts : Object.keys(parts);
  for (const name of names) {
    const part = await parts[name]?.load();
    if (!part) continue;
    const result = await part.run({ ...options, say });
    results[name] = result;
    if (!options.json) process.stdout.write(`${part.print(result)}\n\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
}

const options = parseOptions(process.argv.slice(2), {
  parts: Object.fromEntries(Object.entries(parts).map(([name, { summary }]) => [name, summary])),
  handlers: Object.keys(handlers),
  modes: Object.keys(modes),
});
if (typeof options === 'number') process.exitCode = options;
else {
  try {
    await bench(options);
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof MeshError;
    say(error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error));
    process.exitCode = isUsage ? 2 : 1;
  }
}
