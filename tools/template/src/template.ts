// Makes the copy: the files, by path from its root, before they are written.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawn } from '@trace-mesh/topology/drawn';
import { services } from '@trace-mesh/topology/services';
import { execa } from 'execa';
import type { Options } from './options.ts';
import {
  biome,
  compose,
  dockerfile,
  markdown,
  rename,
  rootPackage,
  tsconfig,
  withoutDependencies,
  workspace,
} from './rewrite.ts';
import { isCopied } from './select.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Files of the copy that are not copied: they are written for it. */
const OWN = fileURLToPath(new URL('../files', import.meta.url));

/** The text of each file of the copy, by its path from the root. Needs git; rejects with its error outside a checkout. */
export async function templateFiles(names: Pick<Options, 'name' | 'scope'>): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of await trackedFiles()) {
    if (isCopied(path)) files.set(path, await readFile(join(ROOT, path), 'utf8'));
  }
  for (const path of await filesBelow(OWN)) files.set(path, await readFile(join(OWN, path), 'utf8'));

  const kept = new Set([...files].flatMap(([path, text]) => nameOf(path, text)));
  const isRemoved = (name: string) => name.startsWith('@trace-mesh/') && !kept.has(name);

  const change = (path: string, by: (text: string) => string) => files.set(path, by(files.get(path) ?? ''));
  for (const path of files.keys()) {
    if (path.endsWith('/package.json')) change(path, (text) => withoutDependencies(text, isRemoved));
    if (path.endsWith('.md'))
      change(path, (text) => markdown(path, text, (target) => hasPath(files, target)));
  }
  const manifests = [...files].filter(([path]) => path.endsWith('package.json')).map(([, text]) => text);
  change('package.json', (text) => rootPackage(text, names));
  change('pnpm-workspace.yaml', (text) =>
    workspace(text, (name) => manifests.some((manifest) => manifest.includes(`"${name}": "catalog:"`))),
  );
  change('docker-compose.yml', compose);
  change('biome.json', biome);
  change('tsconfig.json', tsconfig);
  change('Dockerfile', dockerfile);
  for (const path of files.keys()) if (path !== 'pnpm-lock.yaml') change(path, (text) => rename(text, names));
  for (const path of [...files.keys()].filter((key) => key.startsWith('infra/k8s/')))
    change(path, (text) => text.replaceAll('trace-mesh', names.name));
  // Images have the new name, and the YAML library has laid out the compose file anew.
  for (const [path, text] of drawn(services, (path) => files.get(path) ?? '')) files.set(path, text);
  return files;
}

const nameOf = (path: string, text: string): string[] =>
  path.endsWith('package.json') ? [(JSON.parse(text) as { name: string }).name] : [];

function hasPath(files: Map<string, string>, path: string): boolean {
  const folder = `${path.replace(/\/$/, '')}/`;
  return files.has(path) || [...files.keys()].some((file) => file.startsWith(folder));
}

async function trackedFiles(): Promise<string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execa('git', args, { cwd: ROOT });
  return stdout.split('\n');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}
