import { ROWS } from '@trace-mesh/faults/faults';
import { MAX_SEED, type MysteryAnswer, parseAnswer } from '@trace-mesh/faults/mystery';
import { Command, InvalidArgumentError, Option } from 'commander';
import { usageExit, wholeNumber } from './command-line.ts';
import { failureJson } from './report.ts';

export interface DemoOptions {
  /** The prompt that replaces the scenarios' own. */
  prompt?: string;
  once: boolean;
  json: boolean;
  scenario?: string;
  list: boolean;
  /** Remove the carrier of this row of the matrix. */
  break?: number;
  /** Break a hop and do not say which. */
  mystery?: true;
  /** Chooses the mystery. */
  seed?: number;
  answer?: MysteryAnswer;
  target: 'embedded' | 'compose';
  /** First port of a mesh that has to be started. */
  port?: number;
}

const SWITCHES_OFF = { once: false, json: false, list: false };

const EXIT_CODES = `
--mystery prints the symptoms and asks for row and cause. Look with the viewer, the console, and npm run trace -- show ID
--no-verdict, slow ID and errors ID. npm run trace -- check ID gives it away. The seed says nothing of the answer.

Without --once a mesh that the demo started stays up until Ctrl-C; a running mesh is used as it is.

Exit codes:
  0    every hop holds and each trace is whole (with OTEL_SDK_DISABLED=true: all results received); with --mystery:
       the answer is right, or there was none to judge
  1    a hop is broken, a scenario failed, or the mesh did not start or died; with --mystery: the answer is wrong
  2    wrong command line
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM before the verdict; after it, the verdict's code
`;

function demoCommand(scenarioNames: readonly string[]): Command {
  return new Command('npm run demo --')
    .description('Start the mesh, fire its scenarios, and print for every hop whether the trace crossed it.')
    .option('--prompt <text>', 'use this prompt in the scenarios', nonEmpty)
    .option('--once', 'exit after the verdict')
    .option(
      '--json',
      'print one JSON object on stdout and nothing else (stays up as well: add --once)',
      false,
    )
    .addOption(new Option('--scenario <name>', 'fire only this scenario').choices(scenarioNames))
    .option('--list', 'list the scenarios and the rows of the matrix that they prove')
    .option(
      '--break <row>',
      'remove the carrier of this row (in a separate mesh) and show the broken hop',
      row,
    )
    .addOption(
      new Option('--mystery', 'break one hop and do not say which: find row and cause').conflicts([
        ...['break', 'scenario', 'list', 'prompt'],
      ]),
    )
    .option('--seed <number>', 'with --mystery: play this one (again)', wholeNumber(0, MAX_SEED))
    .option('--answer <row:cause>', 'with --mystery: judge this answer and exit', answer)
    .addOption(
      new Option('--target <mesh>', 'start a mesh without Docker, or use the one that compose runs')
        .choices(['embedded', 'compose'])
        .default('embedded'),
    )
    .option('--port <number>', 'first port of the mesh, if one has to be started', wholeNumber(1, 65_535))
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
}

/** The options, or an exit code: see `usageExit`. */
export function parseOptions(
  args: readonly string[],
  scenarioNames: readonly string[],
): DemoOptions | number {
  try {
    const command = demoCommand(scenarioNames).parse(args, { from: 'user' });
    const given = command.opts<DemoOptions>();
    for (const option of ['seed', 'answer'] as const)
      if (given[option] !== undefined && !given.mystery) command.error(`error: --${option} needs --mystery`);
    return { ...SWITCHES_OFF, ...given };
  } catch (error) {
    return usageExit(error, args, (message) => console.log(failureJson(message, performance.now())));
  }
}

function answer(text: string): MysteryAnswer {
  try {
    return parseAnswer(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('The prompt is empty.');
  return text;
}

function row(text: string): number {
  if (!ROWS.includes(Number(text))) throw new InvalidArgumentError(`Rows with a fault: ${ROWS.join(', ')}.`);
  return Number(text);
}
