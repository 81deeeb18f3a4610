import { usageExit } from '@trace-mesh/cli/command-line';
import { Argument, Command, Option } from 'commander';
import { failureJson } from './report.ts';

export interface LessonOptions {
  /** Absent: list them all. */
  name?: string;
  json: boolean;
  target: 'embedded' | 'compose';
}

const EXIT_CODES = `
Uses a running mesh, or starts one that ends with the lesson.

Exit codes:
  0    the broken trace has the lesson's diagnosis, and the fixed one is whole
  1    another result, a program failed, or the mesh did not start or died
  2    wrong command line
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM
`;

/** The options, or an exit code: see `usageExit`. */
export function parseOptions(args: readonly string[], names: readonly string[]): LessonOptions | number {
  const command = new Command('npm run lesson --')
    .description('Run a broken program in the mesh, show its trace and diagnosis, then the fixed program.')
    .addArgument(new Argument('[name]', 'the lesson').choices(names))
    .option('--list', 'list the lessons (the default without a name)')
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
    return usageExit(error, args, (message) => console.log(failureJson(message)));
  }
}
