// An attacker with a valid token of a new tenant, so that no input uses the rate or budget of another.
import { randomUUID } from 'node:crypto';
import type { TokenOptions } from '@trace-mesh/scenarios/tokens';
import { tokens } from '../tokens.ts';

export interface Attacker {
  tenantId: string;
  token: string;
  /** The token as the value of `Authorization`. */
  bearer: string;
}

export function newAttacker(options: Omit<TokenOptions, 'tenantId'> = {}): Attacker {
  const tenantId = `attacker-${randomUUID()}`;
  const token = tokens.token({ tenantId, ...options });
  return { tenantId, token, bearer: `Bearer ${token}` };
}
