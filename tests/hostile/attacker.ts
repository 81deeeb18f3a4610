// An attacker with a valid token of a new tenant, so that no input uses the rate or budget of another.
import { randomUUID } from 'node:crypto';
import type { TokenWishes } from '@trace-mesh/scenarios/tokens';
import { tokens } from '../tokens.ts';

export interface Attacker {
  tenantId: string;
  token: string;
  /** The token as the value of `Authorization`. */
  bearer: string;
}

export function newAttacker(wishes: Omit<TokenWishes, 'tenantId'> = {}): Attacker {
  const tenantId = `attacker-${randomUUID()}`;
  const token = tokens.token({ tenantId, ...wishes });
  return { tenantId, token, bearer: `Bearer ${token}` };
}
