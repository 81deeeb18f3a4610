// The command line of the benchmark.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

/** The command line cannot be followed: one line for the user, exit code 2. */
export class UsageError extends Error {}

/** The names that the command line accepts. */
export interface Choices {
  /** Each part with its summary. */
  parts: Record<string, string>;
  handlers: readonly string[];
  modes: readonly string[];
}

export interface BenchOptions {
  /** The parts to run; all measuring parts where none is given. */
  parts: string[];
  json: boolean;
  quick: boolean;
  profile: boolean;
  peers: boolean;
  write: boolean;
  /** These alone, instead of all. */
  handler?: string[];
  mode?: string[];
  /** Requests per second of `load`; by default the guide's. */
  rate?: number;
  /** First of the 32 ports of the embedded mesh. */
  port?: number;
}

const EXIT_CODES = `
Tables go to stdout, progress to stderr.

Exit codes:
  0    measured; with gate: no cell is worse than the baseline
  1    a measurement failed, or capacity's prediction is off by more than 25 %; with gate: a cell is worse
  2    the command line is wrong, a port is taken, or a tool is missing
`;

/** The options, or the exit code where the command line ended it: 0 for --help, 2 for a usage error. */
export function parseOptions(
  args: readonly string[],
  { parts, handlers, modes }: Choices,
): BenchOptions | number {
  const listed = Object.entries(parts).map(([name, summary]) => `  ${name.padEnd(10)} ${summary}`);
  const command = new Command('npm run bench --')
    .description('Measures what tracing costs and what the mesh carries.')
    .argument('[parts...]', 'the parts to run (default: all but gate)')
    .option('--json', 'print one JSON object on stdout instead of tables', false)
    .option('--quick', 'fewer rounds and requests', false)
    .option('--profile', 'summarize a CPU profile of each measured process', false)
    .option('--peers', 'overhead: compare dd-trace and @sentry/node (installed on first use)', false)
    .option('--write', 'write docs/performance.md, docs/capacity.md; with gate: the baseline', false)
    .addOption(new Option('--handler <names...>', 'overhead: these handlers alone').choices(handlers))
    .addOption(new Option('--mode <names...>', 'overhead: these modes alone').choices(modes))
    .option('--rate <n>', 'load: requests per second (default: 1000)', positive)
    .option('--port <n>', 'first of the 32 ports of the embedded servers', port)
    .addHelpText('after', `\nParts:\n${listed.join('\n')}\n${EXIT_CODES}`)
    .showHelpAfterError('see --help')
    .exitOverride();
  try {
    command.parse(args, { from: 'user' });
    const unknown = command.args.find((name) => !(name in parts));
    if (unknown !== undefined) {
      command.error(`error: unknown part '${unknown}' (one of ${Object.keys(parts).join(', ')})`);
    }
    return { ...command.opts(), parts: command.args };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('a port number.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0.');
  return value;
}
