// Runs a command from a package of the registry, by the npm at hand.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture } from './processes.mjs';

function npm() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return [process.execPath, script];
  const beside = join(dirname(process.execPath), 'npm');
  return [existsSync(beside) ? beside : 'npm'];
}

/** `npm exec` of a command in a package that npm keeps in the user's cache: `{code, stdout, output}`. */
export function npmExec(spec, command, options) {
  const [program, ...script] = npm();
  // `npm run -s` hands its silence down; an error must be heard.
  const quiet = [
    '--yes',
    '--loglevel=error',
    '--prefer-offline',
    '--fetch-retries=1',
    '--no-update-notifier',
  ];
  return capture(program, [...script, 'exec', ...quiet, `--package=${spec}`, '--', ...command], options);
}

// The most telling line first: what was asked of whom, then a code, then whatever came last.
const TELLING = [/reason:|ERR_PNPM/, /E[A-Z]{4,}|40[0-9]|network/, /\S/];

/** Why npm or pnpm failed, in one line. */
export function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const found = TELLING.map((pattern) => lines.find((line) => pattern.test(line) && !/^code /.test(line)));
  return (found.find(Boolean) ?? 'no reason given').replace(/^FetchError: /, '').slice(0, 200);
}
