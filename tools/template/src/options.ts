// The command line and the exit codes.
import { basename, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { TemplateError } from './template-error.ts';

export interface Options {
  /** Where the copy is written, absolute. */
  folder: string;
  /** The name of the copy's root package and compose project. */
  name: string;
  /** The npm scope of its packages, e.g. `@shop`. */
  scope: string;
}

const EXIT_CODES = `
The copy has services/, packages/, infra/, compose, CI and the generator of services; nothing of the demo, its checks and
its faults. Start with its README.
Exit codes:
  0    the copy is complete, its lockfile included
  1    the folder is not empty, a name is invalid, or the lockfile could not be made
  2    wrong command line
`;

// https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** The options; or the exit code after --help (0) and after a usage error (2). Throws a `TemplateError` for an invalid name. */
export function parseOptions(args: readonly string[]): Options | number {
  const command = new Command('npm run template --')
    .description('Copies what a service needs into a new repository, under your own scope and name.')
    .argument('<dir>', 'the folder of the copy: new or empty')
    .option('--scope <scope>', 'the npm scope of its packages, e.g. @shop (default: @ and the name)')
    .option('--name <name>', 'the name of the repository (default: that of the folder)')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    const options = command.parse(args, { from: 'user' }).opts<{ scope?: string; name?: string }>();
    const folder = resolve(command.args[0] ?? '');
    const name = options.name ?? basename(folder);
    const scope = options.scope ?? `@${name}`;
    if (!NAME.test(name)) throw invalid('--name', name, 'shop or my-shop');
    if (!scope.startsWith('@') || !NAME.test(scope.slice(1))) throw invalid('--scope', scope, '@shop');
    return { folder, name, scope };
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

const invalid = (option: string, value: string, example: string) =>
  new TemplateError(`${option} "${value}": use lower-case letters, digits, dots and hyphens (${example})`);
