// The command line and the exit codes.
import { Command, CommanderError, Option } from 'commander';
import { KINDS, type Kind } from './kinds.ts';

export interface Options {
  name?: string;
  kind?: Kind;
  json: boolean;
  dryRun: boolean;
}

const EXIT_CODES = `
At a terminal, prompts for what is left out.

Exit codes:
  0    the service was generated, or --dry-run listed its files
  1    the name is invalid or taken, a file has no place for the change (nothing was written), or the install failed
  2    wrong command line
  130  interrupted at a prompt
`;

/**
 * The options; or the exit code after --help (0) and after a usage error (2), which is printed on stderr, and with --json
 * also as an object on stdout.
 */
export function parseOptions(args: readonly string[]): Options | number {
  const command = new Command('npm run new-service --')
    .description('Generates a service: its folder, its tests, its client and its compose block.')
    .argument('[name]', 'lower-case letters and digits in parts joined by hyphens: price-list')
    .addOption(new Option('--kind <kind>', 'how callers reach it').choices(KINDS))
    .option('--dry-run', 'list the files that it would create and change; write nothing', false)
    .option('--json', 'print one JSON object on stdout and nothing else', false)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    const options = command.parse(args, { from: 'user' }).opts<Omit<Options, 'name'>>();
    const [name] = command.args;
    return { ...options, ...(name !== undefined && { name }) };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '');
    if (args.includes('--json')) console.log(JSON.stringify({ ok: false, error: message }));
    return 2;
  }
}
