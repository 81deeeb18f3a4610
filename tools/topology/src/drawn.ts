// Every file that is made from the rows.
import { withServices } from './compose.ts';
import type { Service } from './services.ts';

const COMPOSE = 'docker-compose.yml';

/**
 * The text of each file that is made from the rows, whole or between marks, by its path from the root of the checkout. `read`
 * returns the present text of such a file. Throws an Error for a file without its marks, and for a call of an unknown service.
 */
export function drawn(rows: readonly Service[], read: (path: string) => string): Map<string, string> {
  return new Map([[COMPOSE, withServices(read(COMPOSE), rows)]]);
}
