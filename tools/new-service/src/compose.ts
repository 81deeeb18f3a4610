// Adds a service to docker-compose.yml.
import MagicString from 'magic-string';
import { isMap, isScalar } from 'yaml';
import type { NewService } from './kinds.ts';
import { UserError } from './user-error.ts';
import { endOf, mapAt } from './yaml-text.ts';

/** The first host port for a generated service. */
export const FIRST_PORT = 8086;

/** The names of all services of the file. */
export const composedServices = (source: string): string[] =>
  mapAt(source, ['services']).items.map(({ key }) => String(key));

/** The lowest port from `FIRST_PORT` up that the file does not contain. */
export function freePort(source: string): number {
  let port = FIRST_PORT;
  while (new RegExp(`\\b${port}\\b`).test(source)) port += 1;
  return port;
}

/** The file with `block` after the last service, and with the queue of a consumer. Throws a `UserError` for an unexpected file. */
export function composeService(source: string, { name, kind }: NewService, block: string): string {
  const changed = new MagicString(source);
  changed.appendLeft(endOf(source, mapAt(source, ['services', lastService(source)])), block);
  if (kind === 'sqs') {
    const queues = mapAt(source, ['services', 'localstack', 'environment']).get('QUEUES', true);
    if (!isScalar(queues) || !queues.range) {
      throw new UserError('docker-compose.yml has no QUEUES for localstack (nothing was written)');
    }
    changed.appendLeft(queues.range[1], ` ${name}`);
  }
  return changed.toString();
}

/** The last service of the file that is built from `services/` or `tools/`. */
function lastService(source: string): string {
  const folderOf = (service: unknown) =>
    isMap(service) ? String(service.getIn(['build', 'args', 'SERVICE'])) : '';
  const { items } = mapAt(source, ['services']);
  const last = items.findLast(({ value }) => /^(services|tools)\//.test(folderOf(value)));
  if (!last) throw new UserError('docker-compose.yml builds no service of services/ (nothing was written)');
  return String(last.key);
}
