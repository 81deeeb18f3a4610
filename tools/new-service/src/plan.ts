// Works out everything that a new service creates and changes, before anything is written.
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takenNames } from './checkout.ts';
import { composedServices, freePort } from './compose.ts';
import type { Plan } from './extra.ts';
import { extras } from './extras.ts';
import type { Kind, NewService } from './kinds.ts';
import { camel, checkName, constant, pascal } from './names.ts';
import { rowChanges } from './rows.ts';
import { readTemplate, TEMPLATES } from './templates.ts';
import { UserError } from './user-error.ts';

const COMPOSE = 'docker-compose.yml';

/** Plans a service in the checkout at `root`. Throws a `UserError` for an invalid or taken name, and for an unexpected file. */
export async function planService(root: string, name: string, kind: Kind): Promise<Plan> {
  const compose = await readFile(join(root, COMPOSE), 'utf8');
  checkName(name, await takenNames(root, composedServices(compose)));
  const service = { name, kind, port: kind === 'sqs' ? undefined : freePort(compose) };
  const fill = filler(service);

  const created = new Map<string, string>();
  // A file of the kind replaces one that all edges share.
  for (const folder of kind === 'sqs' ? [kind] : ['edge', kind]) {
    for (const file of globSync('**/*.*', { cwd: join(TEMPLATES, folder) }).sort())
      created.set(`services/${name}/${fill(file)}`, fill(await readTemplate(folder, file)));
  }
  const changed = new Map<string, string>();
  for (const [path, text] of rowChanges(root, service))
    (existsSync(join(root, path)) ? changed : created).set(path, text);
  const plan = { ...service, created, changed };
  for (const extra of extras) await extra.extend(plan, root, fill);

  const existing = [...created.keys()].find((path) => existsSync(join(root, path)));
  if (existing) throw new UserError(`${existing} exists (nothing was written)`);
  return plan;
}

const PLACEHOLDER = /\['__name__'\]|__(?:name|snake|Name|camel|NAME|port)__/g;

/** Replaces the placeholders of a template by the service's name and port. */
function filler({ name, port }: NewService): (text: string) => string {
  const values: Record<string, string> = {
    __name__: name,
    // Dot notation where the name is an identifier.
    "['__name__']": name.includes('-') ? `['${name}']` : `.${name}`,
    __snake__: name.replaceAll('-', '_'),
    __Name__: pascal(name),
    __camel__: camel(name),
    __NAME__: constant(name),
    __port__: String(port),
  };
  return (text) => text.replaceAll(PLACEHOLDER, (placeholder) => values[placeholder] ?? placeholder);
}
