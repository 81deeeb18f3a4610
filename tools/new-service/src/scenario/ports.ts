import { PORT_COUNT } from '@trace-mesh/embedded/addresses';
import { BLOCK_SIZE } from '@trace-mesh/embedded/ports';
import type { Kind } from '../kinds.ts';
import { UserError } from '../user-error.ts';

/** Throws a `UserError` where the embedded mesh, which uses `used` ports, has none left for a service of this kind. */
export function checkPorts(kind: Kind, used: number = PORT_COUNT): void {
  const needed = kind === 'sqs' ? 1 : 2;
  if (used + needed <= BLOCK_SIZE) return;
  throw new UserError(`the embedded mesh uses ${used} of its ${BLOCK_SIZE} ports (remove a service first)`);
}
