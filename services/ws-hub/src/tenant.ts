// Whose tasks a subscriber hears of.
import type { Caller } from '@trace-mesh/access/caller';
import { z } from 'zod';

/** Somebody asked for another tenant's tasks. */
export class ForeignTenantError extends Error {
  override name = 'ForeignTenantError';
}

const Named = z.string().min(1);

/**
 * The tenant of a subscription: the caller's own; or, where a service subscribes for many, the one that it names. Throws a
 * `ForeignTenantError`, or a `ZodError` where a service names none.
 */
export function tenantOf({ service, identity }: Caller, named: string | undefined): string {
  if (service !== undefined) return Named.parse(named);
  if (named === undefined || named === identity.tenantId) return identity.tenantId;
  throw new ForeignTenantError("these are another tenant's tasks");
}
