// A browser for the tests: MESH_BROWSER, one on PATH, or the one that `npm run browser` installed.
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** A Chromium as an npm package: Linux on x64 and arm64. */
const PACKAGE = '@sparticuz/chromium@153.0.0';
const FOLDER = fileURLToPath(new URL('../../.mesh/browser', import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MACS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];

export const NO_BROWSER =
  'there is no browser: install Chromium or Chrome, name one with MESH_BROWSER=/path/to/it, or let `npm run browser` bring one (Linux)';

/** The path of a Chromium, or undefined. Throws an Error if MESH_BROWSER is not executable. */
export async function findBrowser(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const named = env.MESH_BROWSER;
  if (named && !(await isProgram(named))) throw new Error(`MESH_BROWSER=${named} is no program`);
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [
    ...(named ? [named] : []),
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...MACS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
    join(FOLDER, 'chromium'),
  ];
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return undefined;
}

/** Installs a Chromium from the npm registry into `.mesh/browser` and returns its path. */
export async function bringBrowser(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  await execa('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--no-save', PACKAGE]);
  // The package unpacks itself into the temporary folder.
  const unpack =
    "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath()).then(console.log)";
  const { stdout } = await execa(process.execPath, ['--eval', unpack], {
    cwd: FOLDER,
    env: { TMPDIR: FOLDER },
  });
  return stdout.trim();
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // missing or not executable; try the next
  }
}
