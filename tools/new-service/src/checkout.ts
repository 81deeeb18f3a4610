// A checkout as the generator reads it: files by their path from its root.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this program is part of. */
export const HERE = fileURLToPath(new URL('../../..', import.meta.url));

/** The folders in which every entry is a name that is taken. */
const FOLDERS = ['services', 'packages', 'infra', 'tools'];

/** Names that the embedded mesh and its endpoints have for something. */
const ELSEWHERE = [
  'agent',
  'browser',
  'claim',
  'migrations',
  'otlp',
  'queue',
  'sqs',
  'trace-store',
  'traces',
  'viewer',
];

/** Every name that stands for something in the checkout at `root`, with what that is. */
export async function takenNames(root: string, composed: readonly string[]): Promise<Map<string, string>> {
  const taken = new Map(ELSEWHERE.map((name) => [name, 'the mesh has something of that name']));
  for (const name of composed) taken.set(name, `docker-compose.yml has a service ${name}`);
  for (const name of await filesIn(root, 'tools/scenarios/src')) {
    taken.set(name, `tools/scenarios/src/${name}.ts is there already`);
  }
  for (const name of await namesInCatalog(root)) taken.set(name, `tools/scenarios has a scenario ${name}`);
  for (const folder of FOLDERS) {
    for (const name of await readdir(join(root, folder)))
      taken.set(name, `${folder}/${name} is there already`);
  }
  return taken;
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  return (await readdir(join(root, folder))).map((file) => file.replace(/(\.test)?\.ts$/, ''));
}

/** What the catalog calls its parts, as names of services would be written: `grpcUnary` takes `grpc-unary`. */
async function namesInCatalog(root: string): Promise<string[]> {
  const source = await readFile(join(root, 'tools/scenarios/src/catalog.ts'), 'utf8');
  const imports = [...source.matchAll(/^import \{([^}]*)\}/gm)].flatMap(([, names = '']) => names.split(','));
  const words = ['groups', 'scenarios', ...imports.map((word) => word.trim())];
  return words.map((word) => word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}
