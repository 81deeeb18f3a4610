// The command line of the demo: what may be asked, what it means, and which exit code tells what.

import { breaks } from '@trace-mesh/scenarios/breaks';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { failureJson } from './report.ts';

export interface DemoOptions {
  /** The text that the scenarios send instead of their own. */
  prompt?: string;
  once: boolean;
  json: boolean;
  /** Fire this one alone. */
  scenario?: string;
  list: boolean;
  /** Take away what this row of the matrix hangs on, and watch its hop break. */
  break?: number;
  target: 'embedded' | 'compose';
  /** First port of a mesh that has to be started. */
  port?: number;
}

const SWITCHES_OFF = { once: false, json: false, list: false };

const EXIT_CODES = `
Without --once a mesh that the demo started stays up until Ctrl-C; a mesh that was already running is used as it is.

Exit codes:
  0    every hop holds and each trace is whole (with OTEL_SDK_DISABLED=true: the results came)
  1    a hop is broken, a scenario failed, or the mesh did not start or died
  2    the command line is wrong
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM before the verdict; after it, the verdict's code
`;

/** The command line without its values: for the parser, and for whoever documents it. */
function demoCommand(scenarioNames: readonly string[]): Command {
  return new Command('npm run demo --')
    .description('Start the mesh, fire its scenarios, and show for every hop whether the trace crossed it.')
    .option('--prompt <text>', 'run your own text through the scenarios', nonEmpty)
    .option('--once', 'end after the verdict')
    .option(
      '--json',
      'print one JSON object on stdout and nothing else (stays up as well: add --once)',
      false,
    )
    .addOption(new Option('--scenario <name>', 'fire this one alone').choices(scenarioNames))
    .option('--list', 'list the scenarios and the rows of the matrix that they prove')
    .option(
      '--break <row>',
      'take away what this row of the matrix hangs on (in a mesh of its own), and see it break',
      row,
    )
    .addOption(
      new Option('--target <mesh>', 'start a mesh without Docker, or fire at the one that compose runs')
        .choices(['embedded', 'compose'])
        .default('embedded'),
    )
    .option('--port <number>', 'first port of the mesh, where one has to be started', port)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
}

/**
 * The options, or the exit code where the command line already ended it: 0 for --help, 2 for a usage error, which
 * is then told on stderr (with --json also as an object on stdout).
 */
export function parseOptions(
  args: readonly string[],
  scenarioNames: readonly string[],
): DemoOptions | number {
  try {
    const given = demoCommand(scenarioNames).parse(args, { from: 'user' }).opts<DemoOptions>();
    return { ...SWITCHES_OFF, ...given };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (args.includes('--json'))
      console.log(failureJson(error.message.replace(/^error: /, ''), performance.now()));
    return 2;
  }
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('The prompt is empty.');
  return text;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  }
  return value;
}

function row(text: string): number {
  const rows = breaks.map((entry) => entry.row);
  if (!rows.includes(Number(text)))
    throw new InvalidArgumentError(`Rows that can be broken: ${rows.join(', ')}.`);
  return Number(text);
}
