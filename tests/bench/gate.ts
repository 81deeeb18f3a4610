// Whether tracing has become dearer than the committed baseline says. decisions/044-what-the-gate-compares.md
import { readFile, writeFile } from 'node:fs/promises';
import { type HandlerName, handlers } from './handlers.ts';
import type { ModeName } from './modes.ts';
import { UsageError } from './options.ts';
import { type Run, table } from './part.ts';
import { startServers } from './servers.ts';
import { interleave, median, minimum, round } from './statistics.ts';
import { startHandler } from './subject.ts';

const BASELINE = new URL('baseline.json', import.meta.url);
const MODES: ModeName[] = ['none', 'ours-100', 'ours-0.1'];
/** Unless `--handler` names others: each library on the path of a task, in less than a minute. */
const HANDLERS: HandlerName[] = ['empty', 'pg-redis', 'grpc', 'ws'];

/** Batches of 20 ms of CPU time. */
const WARM_UP = 30;
const ROUNDS = { full: 30, quick: 20 };
/** A cell is worse only if each of these runs says so. */
const RUNS = 5;
/** The runs of a baseline. Its tolerance is at least the floor, and this multiple of how far they spread above their median. */
const BASELINE_RUNS = 3;
const FLOOR = 0.25;
const SPREADS = 2;

/** The ratio to mode `none` of each cell, by its name: `<handler> <mode>`. */
export type Ratios = Record<string, number>;

/** Of each cell: the ratio, and by which share of it a run may be above it. */
export type Baseline = Record<string, { ratio: number; tolerance: number }>;

export interface Cell {
  cell: string;
  baseline: number;
  tolerance: number;
  ratio: number;
  worse: boolean;
}

/** Compares what was measured with the baseline. Throws a UsageError for a cell that the baseline does not have. */
export function compare(baseline: Baseline, measured: Ratios): Cell[] {
  return Object.entries(measured).map(([cell, ratio]) => {
    const known = baseline[cell];
    if (!known)
      throw new UsageError(`baseline.json has no ${cell} (write it: npm run bench -- gate --write)`);
    const { ratio: expected, tolerance } = known;
    return { cell, baseline: expected, tolerance, ratio, worse: !(ratio <= expected * (1 + tolerance)) };
  });
}

/** The cells of the first run, each with the best ratio of all runs. */
export const best = ([first = {}, ...again]: readonly Ratios[]): Ratios =>
  Object.fromEntries(
    Object.entries(first).map(([cell, ratio]) => [
      cell,
      again.reduce((least, { [cell]: other = least }) => Math.min(least, other), ratio),
    ]),
  );

/** The baseline that these runs of the same program make. */
export function baselineOf(runs: readonly Ratios[]): Baseline {
  const cells = Object.keys(runs[0] ?? {}).map((cell) => {
    const ratios = runs.map(({ [cell]: ratio = Number.NaN }) => ratio);
    const ratio = round(median(ratios), 3);
    const spread = Math.max(...ratios) / ratio - 1;
    return [cell, { ratio, tolerance: round(Math.max(FLOOR, SPREADS * spread), 2) }];
  });
  return Object.fromEntries(cells);
}

export async function run(options: Run): Promise<Cell[]> {
  const chosen = (options.handler ?? HANDLERS) as HandlerName[];
  const needs = new Set(chosen.flatMap((name): readonly string[] => handlers[name].needs));
  await using servers = await startServers([...needs], options);
  const measureAll = async (names: readonly HandlerName[]) => {
    const ratios: Ratios = {};
    for (const name of names) Object.assign(ratios, await measure(name, servers.env, options));
    return ratios;
  };
  const runs = [await measureAll(chosen)];
  if (options.write) {
    while (runs.length < BASELINE_RUNS) runs.push(await measureAll(chosen));
    const written = { ...(await readBaseline()), ...baselineOf(runs) };
    await writeFile(BASELINE, `${JSON.stringify(written, null, 2)}\n`);
    options.say('gate: wrote tests/bench/baseline.json');
  }
  const baseline = await readBaseline();
  let cells = compare(baseline, best(runs));
  while (failed(cells) && runs.length < RUNS) {
    const suspects = cells.filter(({ worse }) => worse).map(({ cell }) => cell);
    options.say(`gate: measuring again: ${suspects.join(', ')}`);
    runs.push(
      await measureAll(chosen.filter((name) => suspects.some((cell) => cell.startsWith(`${name} `)))),
    );
    cells = compare(baseline, best(runs));
  }
  return cells;
}

const readBaseline = async (): Promise<Baseline> => JSON.parse(await readFile(BASELINE, 'utf8'));

/** The ratios of one handler, in new processes: the least CPU time of a call in each mode, in batches that alternate. */
async function measure(name: HandlerName, env: Record<string, string>, { quick, say }: Run): Promise<Ratios> {
  await using opened = new AsyncDisposableStack();
  const subjects = await Promise.all(
    MODES.map(async (mode) => {
      const { server } = opened.use(await startHandler(name, mode, env));
      for (let batch = 0; batch < WARM_UP; batch++) await server.ask('batch');
      return { mode, server };
    }),
  );
  const figures = await interleave(subjects, ROUNDS[quick ? 'quick' : 'full'], ({ server }) =>
    server.ask<number>('batch'),
  );
  const least = new Map([...figures].map(([{ mode }, times]) => [mode, minimum(times)]));
  const none = least.get('none') ?? Number.NaN;
  const all = [...least].map(([mode, us]) => [`${name} ${mode}`, round(us / none, 3)] as const);
  say(`gate: ${name}: ${[...least].map(([mode, us]) => `${mode} ${us.toFixed(1)} µs`).join(', ')}`);
  return Object.fromEntries(all.slice(1));
}

export const failed = (cells: readonly Cell[]): boolean => cells.some(({ worse }) => worse);

export function print(cells: readonly Cell[]): string {
  const columns: Record<string, (cell: Cell) => string> = {
    cell: ({ cell }) => cell,
    baseline: ({ baseline }) => `${baseline.toFixed(2)} ×`,
    tolerance: ({ tolerance }) => `${(100 * tolerance).toFixed(0)} %`,
    now: ({ ratio }) => `${ratio.toFixed(2)} ×`,
    verdict: ({ worse, ratio, baseline }) =>
      worse ? `${(100 * (ratio / baseline - 1)).toFixed(0)} % worse` : 'holds',
  };
  const worse = cells.filter((cell) => cell.worse).length;
  return `${table(columns, cells)}\n\n${cells.length - worse} passed, ${worse} failed`;
}
