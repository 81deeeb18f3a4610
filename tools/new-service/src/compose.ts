// docker-compose.yml: read as YAML to find the places, changed as text, so that every comment stays as it is.
import { variableOf } from '@trace-mesh/scenarios/services';
import MagicString from 'magic-string';
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { addressInside, type NewService } from './edits.ts';
import { Refusal } from './refusal.ts';

const FILE = 'docker-compose.yml';
/** The first host port that a service of your own may be published at. */
export const FIRST_PORT = 8086;

/** A map in the file, by its path. Throws a `Refusal` where there is none. */
function mapAt(source: string, path: string[]): YAMLMap {
  const node = parseDocument(source).getIn(path, true);
  if (!isMap(node)) throw new Refusal(`${FILE} has no ${path.join('.')}, so that nothing was changed`);
  return node;
}

/** The names of all services of the file. */
export const composedServices = (source: string): string[] =>
  mapAt(source, ['services']).items.map(({ key }) => String(key));

/** The lowest port from `FIRST_PORT` up that the file does not mention. */
export function freePort(source: string): number {
  let port = FIRST_PORT;
  while (new RegExp(`\\b${port}\\b`).test(source)) port += 1;
  return port;
}

/**
 * The file with `block` behind the last service of the mesh, and the demo told of it. Throws a `Refusal` where a place for
 * something cannot be found.
 */
export function composeService(source: string, service: NewService, block: string): string {
  const { name, kind } = service;
  const changed = new MagicString(source);
  changed.appendLeft(endOf(source, mapAt(source, ['services', lastOfMesh(source)])), block);
  const waits = `      ${name}: { condition: service_healthy }\n`;
  changed.appendLeft(endOf(source, mapAt(source, ['services', 'demo', 'depends_on'])), waits);
  if (kind === 'sqs') {
    const queues = mapAt(source, ['services', 'localstack', 'environment']).get('QUEUES', true);
    if (!isScalar(queues) || !queues.range) throw new Refusal(`${FILE} names no QUEUES for localstack`);
    changed.appendLeft(queues.range[1], ` ${name}`);
  } else {
    const address = `      ${variableOf(name)}: ${addressInside(service)}\n`;
    changed.appendLeft(endOf(source, mapAt(source, ['services', 'demo', 'environment'])), address);
  }
  return changed.toString();
}

/** The last service of the file that is built from a folder of services. */
function lastOfMesh(source: string): string {
  const services = mapAt(source, ['services']);
  const folderOf = (service: unknown) =>
    isMap(service) ? String(service.getIn(['build', 'args', 'SERVICE'])) : '';
  const last = services.items.findLast(({ value }) => folderOf(value).startsWith('services/'));
  if (!last) throw new Refusal(`${FILE} builds no service of services/, so that nothing was changed`);
  return String(last.key);
}

/** Where the line ends with which the map ends. */
function endOf(source: string, map: YAMLMap): number {
  const end = map.range?.[1] ?? 0;
  return source[end - 1] === '\n' ? end : source.indexOf('\n', end) + 1;
}
