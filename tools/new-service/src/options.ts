// The command line: what may be asked, and which exit code tells what.
import { KINDS, type Kind } from '@trace-mesh/scenarios/services';
import { Command, CommanderError, Option } from 'commander';

export interface Options {
  name?: string;
  kind?: Kind;
  json: boolean;
  dryRun: boolean;
}

const EXIT_CODES = `
At a terminal, what is left out is asked for.

Exit codes:
  0    the service is there, or --dry-run has listed what it would be
  1    the name is none or taken, a place in a file is gone (nothing was changed), or the install failed
  2    the command line is wrong
  130  given up at a prompt
`;

/**
 * The options, or the exit code where the command line already ended it: 0 for --help, 2 for a usage error, which is then
 * told on stderr (with --json also as an object on stdout).
 */
export function parseOptions(args: readonly string[]): Options | number {
  const command = new Command('npm run new-service --')
    .description(
      'Makes a service of your own: its folder, its compose block, its port, and its scenario with its edges.',
    )
    .argument('[name]', 'lower-case, in parts joined by hyphens: price-list')
    .addOption(new Option('--kind <kind>', 'how it is spoken to').choices(KINDS))
    .option('--dry-run', 'list the files that it would make and change, and write none', false)
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
