// What docker-compose.yml says of names and ports.
import { isMap, parseDocument } from 'yaml';
import { UserError } from './user-error.ts';

/** The first host port for a generated service. */
export const FIRST_PORT = 8086;

/** The names of all services of the file. Throws a `UserError` for a file without services. */
export function composedServices(source: string): string[] {
  const services = parseDocument(source).get('services', true);
  if (!isMap(services)) throw new UserError('docker-compose.yml has no services (nothing was written)');
  return services.items.map(({ key }) => String(key));
}

/** The lowest port from `FIRST_PORT` up that the file does not contain. */
export function freePort(source: string): number {
  let port = FIRST_PORT;
  while (new RegExp(`\\b${port}\\b`).test(source)) port += 1;
  return port;
}
