// The command line of `trace-doctor`.
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { FORMATS, type Format } from '../read/source.ts';

/** The levels of findings that exit with 1. */
export const FAIL_ON = ['error', 'warning', 'never'] as const;

export interface Options {
  sources: string[];
  format?: Format;
  json?: boolean;
  sarif?: string;
  junit?: string;
  service?: string;
  /** In seconds. */
  lookback: number;
  limit: number;
  header: Record<string, string>;
  failOn: (typeof FAIL_ON)[number];
  minScore?: number;
}

const EPILOG = `
A SOURCE is the base address of a Jaeger or a Tempo, the address of a file, a path, or - for the standard input.
Files, also gzip or Zstandard: Jaeger's JSON, OTLP/JSON (also one document a line), OTLP/protobuf, Zipkin's v2 JSON.

Exit codes:
  0    nothing was found at the level of --fail-on, and the score is at least --min-score
  1    something was found, or the score is lower
  2    wrong command line, a source that cannot be read, or no trace in it
`;

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('Expected a time such as 30m, 1h or 2d.');
  return Number(amount) * (UNITS[unit] ?? 1);
}

const wholeNumber = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`);
};

function header(text: string, all: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Expected NAME:VALUE.');
  return { ...all, [name]: value };
}

/** Prints help and errors of usage itself. @returns the exit code of those: 0 for --help, else 2 */
export function parseOptions(args: readonly string[]): Options | 0 | 2 {
  const program = new Command('trace-doctor')
    .description('Find what is missing or wrong in the traces of any system, and its Instrumentation Score.')
    .addArgument(new Argument('<source...>', 'where the traces are'))
    .addOption(new Option('--format <name>', 'of the sources; detected without it').choices(FORMATS))
    .addOption(new Option('--json', 'one object on stdout'))
    .addOption(new Option('--sarif <file>', 'write a SARIF 2.1.0 report'))
    .addOption(new Option('--junit <file>', 'write a JUnit XML report'))
    .addOption(new Option('--service <name>', 'only traces in which this service has a span'))
    .addOption(
      new Option('--lookback <time>', 'how far back to read a store').argParser(seconds).default(3600, '1h'),
    )
    .addOption(
      new Option('--limit <n>', "of a store's traces; in Jaeger of each service")
        .argParser(wholeNumber(1, 100_000))
        .default(100),
    )
    .addOption(
      new Option('--header <name:value>', 'for requests to a store; repeatable')
        .argParser(header)
        .default({}, 'none'),
    )
    .addOption(new Option('--fail-on <level>', 'exit 1 from this level on').choices(FAIL_ON).default('error'))
    .addOption(new Option('--min-score <n>', 'exit 1 below this score').argParser(wholeNumber(0, 100)))
    .addHelpText('after', EPILOG)
    .showHelpAfterError('see --help')
    .exitOverride();
  try {
    const parsed = program.parse(args, { from: 'user' });
    return { sources: parsed.args, ...parsed.opts<Omit<Options, 'sources'>>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}
