// The command line of the lessons: what may be asked, and which exit code tells what.
import { Argument, Command, CommanderError, Option } from 'commander';
import { failureJson } from './report.ts';

export interface LessonOptions {
  /** Absent: list them all. */
  name?: string;
  json: boolean;
  target: 'embedded' | 'compose';
}

const EXIT_CODES = `
A mesh that runs already is used; else one is started, and ends with the lesson.

Exit codes:
  0    the broken trace was found broken for the lesson's reason, and the mended one is whole
  1    it came out differently, a program failed, or the mesh did not start or died
  2    the command line is wrong
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM
`;

/**
 * The options, or the exit code where the command line already ended it: 0 for --help, 2 for a usage error, which is then
 * told on stderr (with --json also as an object on stdout).
 */
export function parseOptions(args: readonly string[], names: readonly string[]): LessonOptions | number {
  const command = new Command('npm run lesson --')
    .description(
      'Runs a broken program in the mesh, shows its trace and what the doctor says, then the mended one.',
    )
    .addArgument(new Argument('[name]', 'the lesson').choices(names))
    .option('--list', 'list the lessons, as no name does')
    .option('--json', 'print one JSON object on stdout and nothing else', false)
    .addOption(
      new Option('--target <mesh>', 'a mesh without Docker, or the one that compose runs')
        .choices(['embedded', 'compose'])
        .default('embedded'),
    )
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    const { list, ...options } = command
      .parse(args, { from: 'user' })
      .opts<LessonOptions & { list?: true }>();
    const [name] = command.args;
    return { ...options, ...(name !== undefined && !list && { name }) };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (args.includes('--json')) console.log(failureJson(error.message.replace(/^error: /, '')));
    return 2;
  }
}
