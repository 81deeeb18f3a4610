// Every file that is made from the rows.
import { meshName, withServices } from './compose.ts';
import { manifests } from './kubernetes/manifests.ts';
import {
  PROMETHEUS,
  SERVICES_DOWN,
  SERVICES_DOWN_TEST,
  servicesDown,
  servicesDownTest,
  withTargets,
} from './observability.ts';
import type { Service } from './services.ts';

const COMPOSE = 'docker-compose.yml';
/** All files of this folder are made. */
export const MADE_FOLDER = 'infra/k8s/base/services';

/**
 * The text of each file that is made from the rows, whole or between marks, by its path from the root of the checkout. `read`
 * returns the present text of such a file. Throws an Error for a file without its marks, and for a call of an unknown service.
 */
export function drawn(rows: readonly Service[], read: (path: string) => string): Map<string, string> {
  const compose = read(COMPOSE);
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const made = manifests({ name: meshName(compose), version, rows });
  return new Map([
    [COMPOSE, withServices(compose, rows)],
    [PROMETHEUS, withTargets(read(PROMETHEUS), rows)],
    [SERVICES_DOWN, servicesDown(rows)],
    [SERVICES_DOWN_TEST, servicesDownTest(rows)],
    ...made,
  ]);
}
