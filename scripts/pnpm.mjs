// Runs the project's pnpm, also where none is installed: node scripts/pnpm.mjs ARGS. stdout is pnpm's.
//   npm run -s sbom > sbom.json      a CycloneDX list of all packages
//   npm run licenses                 every package by its licence (--json, --prod)
import { fileURLToPath } from 'node:url';
import { LaunchError } from './launcher/errors.mjs';
import { install } from './launcher/install.mjs';
import { findNode } from './launcher/node.mjs';
import { pnpm } from './launcher/pnpm.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url));
try {
  const node = await findNode(checkout);
  await install(checkout, node);
  const { code, stdout, output } = await pnpm(checkout, node, process.argv.slice(2));
  if (code !== 0) throw new LaunchError(`pnpm ${process.argv[2] ?? ''} failed:\n${output}`);
  process.stdout.write(stdout);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
