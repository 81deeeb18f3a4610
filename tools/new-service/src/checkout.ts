// The checkout that the generator changes, and the names already taken in it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extras } from './extras.ts';

/** The checkout that this program is part of. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const FOLDERS = ['services', 'packages', 'infra', 'tools'];

/** Every taken name of the checkout at `root`, with the reason; `composed` are the services of docker-compose.yml. */
export async function takenNames(root: string, composed: readonly string[]): Promise<Map<string, string>> {
  const taken = new Map(composed.map((name) => [name, `docker-compose.yml has a service ${name}`]));
  for (const extra of extras) {
    for (const [name, reason] of await extra.takenNames(root)) taken.set(name, reason);
  }
  for (const folder of FOLDERS) {
    for (const name of await readdir(join(root, folder))) taken.set(name, `${folder}/${name} exists`);
  }
  return taken;
}
