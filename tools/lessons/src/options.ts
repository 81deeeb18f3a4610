import { resolve } from 'node:path';
import { usageExit } from '@trace-mesh/cli/command-line';
import { Argument, Command, Option } from 'commander';
import { failureJson } from './report.ts';

export interface LessonOptions {
  /** Absent: list them all. */
  name?: string;
  /** The learner repairs it, in this folder or in the usual one. */
  work?: { dir?: string };
  once: boolean;
  show?: 'hint' | 'solution';
  json: boolean;
  target: 'embedded' | 'compose';
}

const EXIT_CODES = `
Uses a running mesh, or starts one that ends with the lesson.

Exit codes:
  0    the broken trace has the lesson's diagnosis, and the fixed one is whole; with --work: your program's trace is whole
  1    another result, a program failed, or the mesh did not start or died
  2    wrong command line
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM
`;

/** The options, or an exit code: see `usageExit`. */
export function parseOptions(args: readonly string[], names: readonly string[]): LessonOptions | number {
  const command = new Command('npm run lesson --')
    .description('Run a broken program in the mesh, show its trace and diagnosis, then the fixed program.')
    .addArgument(new Argument('[name]', 'the lesson').choices(names))
    .option('--list', 'list the lessons and what you have done (the default without a name)')
    .option('--work [dir]', 'repair it: copy the program (to .mesh/lessons/NAME), run it at each save')
    .option('--once', 'with --work: run it one time', false)
    .option('--hint', 'show the next of three hints')
    .option('--solution', 'show the lines that fix it')
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
    const given = command.parse(args, { from: 'user' }).opts<Given>();
    const { list, work, hint, solution, ...options } = given;
    const [name] = command.args;
    const wanted = (['work', 'hint', 'solution'] as const).filter((option) => given[option]);
    if (wanted.length > 1) command.error(`error: --${wanted.join(' and --')} exclude each other`);
    if (wanted.length > 0 && !name) command.error(`error: --${wanted[0]} needs the name of a lesson`);
    if (options.once && !work) command.error('error: --once needs --work');
    if (options.json && work && !options.once) command.error('error: --json with --work needs --once');
    return {
      ...options,
      ...(name !== undefined && !list && { name }),
      ...(work && { work: work === true ? {} : { dir: resolve(work) } }),
      ...(hint && { show: 'hint' }),
      ...(solution && { show: 'solution' }),
    };
  } catch (error) {
    return usageExit(error, args, (message) => console.log(failureJson(message)));
  }
}

type Given = Pick<LessonOptions, 'once' | 'json' | 'target'> & {
  list?: true;
  work?: true | string;
  hint?: true;
  solution?: true;
};
