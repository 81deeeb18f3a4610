// The tenant whose tasks a client subscribes to.
import type { Caller } from '@trace-mesh/access/caller';
import { z } from 'zod';

/** A client named a tenant that is not its own. */
export class ForeignTenantError extends Error {
  override name = 'ForeignTenantError';
}

const Named = z.string().min(1);

/**
 * The tenant of a subscription: the one that a service names, and any other caller's own. Throws a `ForeignTenantError`, or a
 * `ZodError` if a service names none.
 */
export function tenantOf({ service, identity }: Caller, named: string | undefined): string {
  if (service !== undefined) return Named.parse(named);
  if (named === undefined || named === identity.tenantId) return identity.tenantId;
  throw new ForeignTenantError('the tasks of another tenant are not accessible');
}
