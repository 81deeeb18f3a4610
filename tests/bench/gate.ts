// Whether tracing has become dearer: the ratios of `overhead` against the committed baseline.
import { readFile, writeFile } from 'node:fs/promises';
import { type HandlerName, handlers } from './handlers.ts';
import type { ModeName } from './modes.ts';
import { UsageError } from './options.ts';
import { type OverheadRow, run as runOverhead } from './overhead.ts';
import { type Run, table } from './part.ts';

const BASELINE = new URL('baseline.json', import.meta.url);
/** How much worse a ratio may be. */
const TOLERANCE = 1.15;
const MODES: ModeName[] = ['none', 'ours-100', 'ours-0.1'];
/** With `--quick`; without it, all. */
const QUICK: HandlerName[] = ['empty', 'pg-redis', 'grpc', 'ws'];

/** The median ratio of each cell, by its name: `<handler> <mode>`. */
export type Ratios = Record<string, number>;

export interface Cell {
  cell: string;
  baseline: number;
  ratio: number;
  worse: boolean;
}

/** Compares what was measured with the baseline. Throws a UsageError for a cell that the baseline does not have. */
export function compare(baseline: Ratios, measured: Ratios): Cell[] {
  return Object.entries(measured).map(([cell, ratio]) => {
    const known = baseline[cell];
    if (known === undefined)
      throw new UsageError(`baseline.json has no ${cell} (write it: npm run bench -- gate --write)`);
    return { cell, baseline: known, ratio, worse: !(ratio <= known * TOLERANCE) };
  });
}

/** The cells of a first run, with the better of both ratios for those that were measured again. */
export function better(first: Ratios, again: Ratios): Ratios {
  const both = Object.entries(first).map(([cell, ratio]) => [cell, Math.min(ratio, again[cell] ?? ratio)]);
  return Object.fromEntries(both);
}

const ratiosOf = (rows: readonly OverheadRow[]): Ratios =>
  Object.fromEntries(
    rows
      .filter(({ mode }) => mode !== 'none')
      .map(({ handler, mode, medianRatio }) => [`${handler} ${mode}`, medianRatio ?? Number.NaN]),
  );

export async function run(options: Run): Promise<Cell[]> {
  const chosen = options.handler ?? (options.quick && !options.write ? QUICK : Object.keys(handlers));
  const passes = options.write ? 3 : 1;
  // The baseline was measured with the lengths of a quick run: longer ones have other ratios.
  const measure = async (handler: string[]) =>
    ratiosOf(await runOverhead({ ...options, quick: true, mode: MODES, handler }, passes));
  const first = await measure(chosen);
  if (options.write) {
    await writeFile(BASELINE, `${JSON.stringify(first, null, 2)}\n`);
    options.say('gate: wrote tests/bench/baseline.json');
  }
  const baseline = JSON.parse(await readFile(BASELINE, 'utf8'));
  const suspects = compare(baseline, first).filter(({ worse }) => worse);
  if (suspects.length === 0) return compare(baseline, first);
  options.say(`gate: measuring again: ${suspects.map(({ cell }) => cell).join(', ')}`);
  const again = await measure([...new Set(suspects.map(({ cell }) => cell.split(' ')[0] ?? ''))]);
  return compare(baseline, better(first, again));
}

export const failed = (cells: readonly Cell[]): boolean => cells.some(({ worse }) => worse);

export function print(cells: readonly Cell[]): string {
  const columns: Record<string, (cell: Cell) => string> = {
    cell: ({ cell }) => cell,
    baseline: ({ baseline }) => `${baseline.toFixed(2)} ×`,
    now: ({ ratio }) => `${ratio.toFixed(2)} ×`,
    verdict: ({ worse, ratio, baseline }) =>
      worse ? `${(100 * (ratio / baseline - 1)).toFixed(0)} % worse` : 'holds',
  };
  return table(columns, cells);
}
