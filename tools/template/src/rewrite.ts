// What changes in the files of the copy.
import { dirname, join } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Options } from './options.ts';

type Json = Record<string, unknown>;
type Names = Pick<Options, 'name' | 'scope'>;

/** The scope and the name of this repository, where they are those of packages, images and the compose project. */
export const rename = (text: string, { name, scope }: Names): string =>
  text
    .replaceAll('@trace-mesh/', `${scope}/`)
    .replaceAll(/^(name: |\s*"name": ")trace-mesh\b/gm, `$1${name}`);

/** `package.json` of the root: the scripts whose programs are part of the copy; its `draw` draws the rows alone. */
export function rootPackage(text: string, { name }: Names): string {
  const root = JSON.parse(text) as Json & { scripts: Json };
  const kept = ['new-service', 'token', 'test', 'sbom', 'licenses', 'types'];
  const scripts = Object.fromEntries(Object.entries(root.scripts).filter(([key]) => kept.includes(key)));
  const own = { draw: 'node scripts/run.mjs tools/topology/src/main.ts', lint: 'biome ci .' };
  return json({ ...root, name, description: '', scripts: { ...scripts, ...own } });
}

/** A package's `package.json` without its dependencies on packages that are not copied. */
export function withoutDependencies(text: string, isRemoved: (name: string) => boolean): string {
  const manifest = JSON.parse(text) as Json;
  for (const field of ['dependencies', 'devDependencies']) {
    const entries = Object.entries((manifest[field] ?? {}) as Json).filter(([name]) => !isRemoved(name));
    if (field in manifest) manifest[field] = Object.fromEntries(entries);
  }
  return json(manifest);
}

/** `pnpm-workspace.yaml`: the folders that are copied, and the versions that their packages use. */
export function workspace(text: string, isUsed: (name: string) => boolean): string {
  const document = parseDocument(text);
  const [folders, catalog] = [document.get('packages'), document.get('catalog')];
  if (!isSeq(folders) || !isMap(catalog))
    throw new Error('pnpm-workspace.yaml has no packages or no catalog');
  folders.items = folders.items.filter((folder) => String(folder) !== 'tests');
  catalog.items = catalog.items.filter(({ key }) => isUsed(String(key)));
  return document.toString({ lineWidth: 0 });
}

/** `docker-compose.yml` without the console, the demo and the switch of the faults. */
export function compose(text: string): string {
  const head = '# All services: `docker compose up -d --build --wait`. Traces: http://127.0.0.1:16686.';
  const document = parseDocument(text.replace(/^#.*/, head), { merge: true });
  const services = document.get('services');
  if (!isMap(services)) throw new Error('docker-compose.yml has no services');
  for (const service of ['console', 'demo']) {
    const index = services.items.findIndex(({ key }) => String(key) === service);
    const [{ key: gone } = {}, { key: next } = {}] = services.items
      .splice(index, 1)
      .concat(services.items[index] ?? []);
    // The comment before a service may be the end of what is made from the rows.
    if (isScalar(gone) && isScalar(next))
      next.commentBefore = [gone.commentBefore, next.commentBefore].filter(Boolean).join('\n');
  }
  for (const variable of ['MESH_LAB_URL', 'NODE_OPTIONS']) document.deleteIn(['x-env', 'service', variable]);
  return document.toString({ lineWidth: 0 });
}

/** `biome.json` without the paths of the tools and of `tests/`. */
export function biome(text: string): string {
  const config = JSON.parse(text) as { overrides: { includes: string[] }[] };
  const overrides = config.overrides.map((override) => ({
    ...override,
    includes: override.includes.filter((path) => !/^!?(tools\/(?!new-service|topology)|tests\/)/.test(path)),
  }));
  return json({ ...config, overrides });
}

/** `tsconfig.json` of the root without the folders that are not copied. */
export function tsconfig(text: string): string {
  const config = JSON.parse(text) as { include: string[] };
  return json({
    ...config,
    include: config.include.filter((path) => !/^(tests|tools\/lessons)$/.test(path)),
  });
}

/** The `Dockerfile` without the filters for packages that are not copied. */
export const dockerfile = (text: string): string => text.replace(/ \\\n\s+--filter '![^\n]*/, '');

/** Markdown whose links to files that are not copied are plain text. */
export function markdown(path: string, text: string, exists: (path: string) => boolean): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)#]+)(#[^)]*)?\)/g, (link, label: string, target: string) => {
    if (/^[a-z]+:/.test(target)) return link;
    return exists(join(dirname(path), target)) ? link : label;
  });
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
