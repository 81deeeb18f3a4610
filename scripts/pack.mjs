// `npm run pack`: packages/tracing as a tarball that any project can install. stdout is its path and nothing else.
//   npm run -s pack [-- FOLDER]    (the checkout's root, unless FOLDER is named)
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchError } from './launcher/errors.mjs';
import { install } from './launcher/install.mjs';
import { findNode } from './launcher/node.mjs';
import { pnpm } from './launcher/pnpm.mjs';
import { withProgress } from './launcher/progress.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const [folder = checkout, ...tooMany] = process.argv.slice(2);
if (folder.startsWith('-') || tooMany.length > 0) {
  const isHelp = folder === '--help';
  const usage =
    'npm run -s pack [-- FOLDER]\n\nPacks packages/tracing into FOLDER (here, unless named) and prints the path.';
  (isHelp ? process.stdout : process.stderr).write(`${usage}\n`);
  process.exit(isHelp ? 0 : 2);
}

try {
  const node = await findNode(checkout);
  await install(checkout, node);
  const args = ['pack', '--json', '--pack-destination', resolve(folder)];
  const { code, stdout, output } = await withProgress('packing packages/tracing', () =>
    pnpm(fileURLToPath(new URL('../packages/tracing', import.meta.url)), node, args),
  );
  if (code !== 0) throw new LaunchError(`The package could not be packed:\n${output}`);
  process.stdout.write(`${JSON.parse(stdout).filename}\n`);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
