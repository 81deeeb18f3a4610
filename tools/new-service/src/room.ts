import { PORT_COUNT } from '@trace-mesh/embedded/addresses';
import { BLOCK_SIZE } from '@trace-mesh/embedded/ports';
import type { Kind } from '@trace-mesh/scenarios/services';
import { Refusal } from './refusal.ts';

/** Refuses a service for which the embedded mesh has no port left, of which `used` are taken. */
export function checkRoom(kind: Kind, used: number = PORT_COUNT): void {
  const needed = kind === 'sqs' ? 1 : 2;
  if (used + needed <= BLOCK_SIZE) return;
  throw new Refusal(`the embedded mesh uses ${used} of its ${BLOCK_SIZE} ports: take a service out first`);
}
