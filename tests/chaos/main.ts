// `npm run chaos`: every fault, one after the other, on a mesh of its own.
import { mkdir, writeFile } from 'node:fs/promises';
import { failureOf, stopSignal } from '@trace-mesh/cli/command-line';
import { execa } from 'execa';
import { openChaosMesh } from './chaos-mesh.ts';
import { faultNamed, faults, NO_FAULT } from './faults.ts';
import { measure } from './measure.ts';
import { type ChaosOptions, parseOptions, TASKS } from './options.ts';
import { aboutRun, breachLines, documentOf, type Figures, figuresOf, tableOf } from './report.ts';
import { runRound } from './round.ts';

/** How much longer than normal a caller may wait under a fault that callers must not notice. */
const LATENCY_FACTOR = 1.5;
const ROOT = new URL('../../', import.meta.url);
const DOCUMENT = 'docs/chaos.md';
const say = (line: string) => process.stderr.write(`${line}\n`);

async function commitOf(checkout: URL): Promise<string> {
  const { stdout } = await execa('git', ['describe', '--always', '--dirty'], { cwd: checkout });
  return stdout;
}

async function runFaults({ fault, tasks }: ChaosOptions, signal: AbortSignal): Promise<Figures[]> {
  const chosen = fault?.map(faultNamed) ?? faults;
  await using mesh = await openChaosMesh({ onProgress: say, signal });
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const all: Figures[] = [];
  const quiet = async () => {
    // What is measured is code that has run before.
    await measure(mesh, tasks);
    return runRound(mesh, NO_FAULT, { tasks, latencyFactor: LATENCY_FACTOR });
  };
  const normal = await Promise.race([stopped, quiet()]);
  tell(figuresOf(normal, normal));
  for (const next of chosen) {
    say(`${next.name} …`);
    const options = { tasks, normal, latencyFactor: LATENCY_FACTOR };
    const round = await Promise.race([stopped, runRound(mesh, next, options)]);
    tell(figuresOf(round, normal));
  }
  return all;

  function tell(figures: Figures): void {
    all.push(figures);
    say(`${figures.kept ? '✓' : '✗'} ${figures.fault}`);
    for (const line of breachLines(figures)) say(`  ${line}`);
  }
}

async function chaos(options: ChaosOptions): Promise<number> {
  const stop = stopSignal();
  try {
    const figures = await runFaults(options, stop);
    const about = aboutRun(options.tasks, await commitOf(ROOT));
    process.stdout.write(
      options.json ? `${JSON.stringify({ about, rounds: figures })}\n` : `${tableOf(figures)}\n`,
    );
    if (!options.fault && options.tasks >= TASKS) {
      await mkdir(new URL('docs/', ROOT), { recursive: true });
      await writeFile(new URL(DOCUMENT, ROOT), documentOf(about, figures));
      say(`written to ${DOCUMENT}`);
    }
    return figures.every(({ kept }) => kept) ? 0 : 1;
  } catch (error) {
    const { message, exitCode } = failureOf(error, stop, 1);
    say(message);
    return exitCode;
  }
}

const options = parseOptions(
  process.argv.slice(2),
  faults.map(({ name }) => name),
);
if (typeof options === 'number') process.exitCode = options;
else if (options.list) process.stdout.write(`${faults.map(({ name }) => name).join('\n')}\n`);
// A caller that still waits for its answer must not keep the command from ending.
else process.exit(await chaos(options));
