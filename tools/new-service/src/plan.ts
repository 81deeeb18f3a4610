// Everything that a new service makes and changes, worked out before anything is written.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kind } from '@trace-mesh/scenarios/services';
import { takenNames } from './checkout.ts';
import { composedServices, composeService, freePort } from './compose.ts';
import { dependOn, INSERTED, insertService, type NewService } from './edits.ts';
import { camel, checkName, constant, pascal } from './names.ts';
import { Refusal } from './refusal.ts';
import { checkRoom } from './room.ts';

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));
const COMPOSE = 'docker-compose.yml';
const DEPENDENCIES = 'tools/scenarios/package.json';

export interface Plan extends NewService {
  /** New files and changed ones: their text, by their path from the root of the checkout. */
  created: Map<string, string>;
  changed: Map<string, string>;
}

/** Plans a service in the checkout at `root`. Throws a `Refusal` for a name that is none or taken, and where a place is gone. */
export async function planService(root: string, name: string, kind: Kind): Promise<Plan> {
  const read = (path: string) => readFile(join(root, path), 'utf8');
  const compose = await read(COMPOSE);
  checkName(name, await takenNames(root, composedServices(compose)));
  checkRoom(kind);
  const service = { name, kind, port: kind === 'sqs' ? undefined : freePort(compose) };
  const fill = filler(service);

  const created = new Map<string, string>();
  for (const file of await filesBelow(join(TEMPLATES, kind, 'service'))) {
    created.set(`services/${name}/${fill(file)}`, fill(await readTemplate(kind, 'service', file)));
  }
  created.set(`tools/scenarios/src/${name}.ts`, fill(await readTemplate(kind, 'scenario.ts')));
  for (const path of created.keys()) {
    if (existsSync(join(root, path))) throw new Refusal(`${path} is there already: nothing was changed`);
  }

  const block = fill(await readTemplate('compose', kind === 'sqs' ? 'consumer.yaml' : 'edge.yaml'));
  const changed = new Map([
    [COMPOSE, composeService(compose, service, block)],
    [DEPENDENCIES, dependOn(await read(DEPENDENCIES), name)],
  ]);
  for (const file of INSERTED) changed.set(file, insertService(file, await read(file), service));
  return { ...service, created, changed };
}

const PLACEHOLDER = /\['__name__'\]|__(?:name|snake|Name|camel|NAME|port)__/g;

/** Puts the service's name and port in the place of a template's placeholders. */
function filler({ name, port }: NewService): (text: string) => string {
  const values: Record<string, string> = {
    __name__: name,
    // A property, where the name can be one as it stands.
    "['__name__']": name.includes('-') ? `['${name}']` : `.${name}`,
    __snake__: name.replaceAll('-', '_'),
    __Name__: pascal(name),
    __camel__: camel(name),
    __NAME__: constant(name),
    __port__: String(port),
  };
  return (text) => text.replaceAll(PLACEHOLDER, (placeholder) => values[placeholder] ?? placeholder);
}

const readTemplate = (...path: string[]) => readFile(join(TEMPLATES, ...path), 'utf8');

/** The files below a folder, by their path from it. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}
