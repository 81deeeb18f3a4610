// What a part of the benchmark is.
import type { BenchOptions } from './options.ts';

export interface Run extends BenchOptions {
  /** Writes a line of progress to stderr. */
  say(line: string): void;
}

/** A file `<part>.ts` exports these. `run` returns what `--json` prints under the part's name, `print` a Markdown table of it. */
export interface Part<Result = unknown> {
  run(options: Run): Promise<Result>;
  print(result: Result): string;
  /** Whether the command ends with exit code 1. */
  failed?(result: Result): boolean;
}

/** A Markdown table. The columns are computed from each row. */
export function table<Row>(columns: Record<string, (row: Row) => string>, rows: readonly Row[]): string {
  const titles = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  return [titles, titles.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
