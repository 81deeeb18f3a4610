import type { LedgerClient } from '@trace-mesh/cost-ledger/client';
import type { Deps } from './deps.ts';

/** The ledger as the tenant of a task sees it. To be asked for anew for each call: a service's token lives for a minute. */
export const ledgerOf = (
  { ledger, tokens }: Pick<Deps, 'ledger' | 'tokens'>,
  tenantId: string,
): LedgerClient =>
  ledger.as(tokens.authorizationFor({ tenantId, userId: 'worker', scopes: ['budget:write'] }));
