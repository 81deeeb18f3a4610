// Runs the project's pnpm, also where none is installed: node scripts/pnpm.mjs ARGS. stdout is pnpm's.
//   npm run -s sbom > sbom.json      a CycloneDX list of all packages
//   npm run licenses                 every package by its licence (--json, --prod)
import { CHECKOUT } from './launcher/checkout.mjs';
import { LaunchError, launch } from './launcher/errors.mjs';
import { prepare } from './launcher/install.mjs';
import { pnpm } from './launcher/pnpm.mjs';

await launch(async () => {
  const { code, stdout, output } = await pnpm(CHECKOUT, await prepare(), process.argv.slice(2));
  if (code !== 0) throw new LaunchError(`pnpm ${process.argv[2] ?? ''} failed:\n${output}`);
  process.stdout.write(stdout);
});
