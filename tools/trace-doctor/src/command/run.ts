// `trace-doctor SOURCE…`: reads, judges, reports.
import { writeFile } from 'node:fs/promises';
import { type Judgement, judge } from '../judge/judge.ts';
import { toJUnit, toSarif, toText } from '../judge/reports.ts';
import { InputError } from '../read/input-error.ts';
import type { LeftOut } from '../read/reading.ts';
import { readSources } from '../read/source.ts';
import { type Options, parseOptions } from './options.ts';

export interface Terminal {
  stdin: NodeJS.ReadableStream;
  print(text: string): void;
  printError(text: string): void;
  /** Whether `print` may paint. */
  color?: boolean;
}

/** Runs the command line and returns its exit code; see --help. */
export async function runDoctor(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseOptions(args);
  if (typeof options === 'number') return options;
  try {
    return await examine(options, terminal);
  } catch (error) {
    // Never 1, also not for a fault of this program: that means findings.
    const text = error instanceof InputError ? error.message : (error as Error).stack;
    terminal.printError(`${text}`);
    return 2;
  }
}

async function examine(options: Options, { stdin, color = false, ...terminal }: Terminal): Promise<number> {
  const { traces, leftOut } = await readSources(options.sources, searchOf(options, stdin));
  for (const one of leftOut) terminal.printError(`left out: ${sentence(one)}`);
  if (traces.length === 0) throw new InputError(`${options.sources.join(', ')}: no trace (${hint(options)})`);
  const judgement = judge(traces);
  await writeReports(judgement, options);
  terminal.print(options.json ? JSON.stringify({ ...judgement, leftOut }) : toText(judgement, { color }));
  return exitCodeOf(judgement, options);
}

function searchOf({ lookback, header, ...rest }: Options, stdin: NodeJS.ReadableStream) {
  const endUs = Date.now() * 1000;
  return { ...rest, startUs: endUs - lookback * 1e6, endUs, request: { headers: header }, stdin };
}

const sentence = ({ what, count, first }: LeftOut) =>
  count === undefined ? `${what} (${first})` : `${count} ${what}, the first at ${first}`;

const hint = ({ service }: Options) =>
  service === undefined
    ? 'raise --lookback for a store, or export a trace'
    : 'check --service and --lookback';

async function writeReports(judgement: Judgement, { sources, sarif, junit }: Options): Promise<void> {
  const [source = ''] = sources;
  if (sarif !== undefined) await writeReport(sarif, JSON.stringify(toSarif(judgement, { source })));
  if (junit !== undefined) await writeReport(junit, toJUnit(judgement));
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new InputError(`${path}: the report cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The levels of findings that fail, for each `--fail-on`. */
const FAILING = { error: ['error'], warning: ['error', 'warning'], never: [] } as const;

function exitCodeOf({ findings, score }: Judgement, { failOn, minScore = 0 }: Options): 0 | 1 {
  const failing: readonly string[] = FAILING[failOn];
  // A score that no rule could give is as good as any: its reasons are in the report.
  const isLow = (score.value ?? 100) < minScore;
  return isLow || findings.some(({ level }) => failing.includes(level)) ? 1 : 0;
}
