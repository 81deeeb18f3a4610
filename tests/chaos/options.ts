// The command line of the chaos run and its exit codes.
import { usageExit, wholeNumber } from '@trace-mesh/cli/command-line';
import { Command, Option } from 'commander';

/** How many tasks are in flight unless the command line says otherwise. */
export const TASKS = 300;
/** The model's double remembers a thousand calls: with more tasks it could not be asked about each. */
const MAX_TASKS = 500;

export interface ChaosOptions {
  /** These alone, instead of all. */
  fault?: string[];
  tasks: number;
  json: boolean;
  list: boolean;
}

const EXIT_CODES = `
The table goes to stdout, and after a run of all faults with ${TASKS} tasks or more into docs/chaos.md.

Exit codes:
  0    every promise was kept
  1    a promise was broken (the output names it, its task and what was seen instead), or the mesh did not start
  2    the command line is wrong
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM
`;

/** The options, or the exit code where the command line already ended it: 0 for --help, 2 for a usage error. */
export function parseOptions(args: readonly string[], faultNames: readonly string[]): ChaosOptions | number {
  const command = new Command('npm run chaos --')
    .description(
      'Breaks a mesh of its own, one fault at a time, with tasks in flight, and checks every promise.',
    )
    .addOption(new Option('--fault <name...>', 'these faults alone').choices(faultNames))
    .option('--tasks <n>', 'how many tasks are in flight during each fault', wholeNumber(1, MAX_TASKS), TASKS)
    .option('--json', 'print one JSON object on stdout instead of the table', false)
    .option('--list', 'list the faults', false)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    return command.parse(args, { from: 'user' }).opts<ChaosOptions>();
  } catch (error) {
    return usageExit(error, args, () => undefined);
  }
}
