// Runs a command from a package of the registry with npm.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture } from './processes.mjs';

function npm() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return [process.execPath, script];
  const besideNode = join(dirname(process.execPath), 'npm');
  return [existsSync(besideNode) ? besideNode : 'npm'];
}

/** `npm exec` of a command in a package, which npm keeps in its cache: `{code, stdout, output}`. */
export function npmExec(spec, command, options) {
  const [program, ...script] = npm();
  const flags = [
    '--yes',
    // `npm run -s` would silence errors here too.
    '--loglevel=error',
    '--prefer-offline',
    '--fetch-retries=1',
    '--no-update-notifier',
  ];
  return capture(program, [...script, 'exec', ...flags, `--package=${spec}`, '--', ...command], options);
}

// The most specific line first: the failed request, then an error code, then any line.
const REASONS = [/reason:|ERR_PNPM/, /E[A-Z]{4,}|40[0-9]|network/, /\S/];

/** Why npm or pnpm failed, in one line. */
export function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const found = REASONS.map((pattern) => lines.find((line) => pattern.test(line) && !/^code /.test(line)));
  return (found.find(Boolean) ?? 'no reason given').replace(/^FetchError: /, '').slice(0, 200);
}
