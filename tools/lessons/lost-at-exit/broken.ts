// A script: reads the budget of a tenant, and exits.
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { beginScript } from '../src/program.ts';

await beginScript(async ({ endpoints, tokens, signal }) => {
  using ledger = connectLedger(endpoints['cost-ledger']);
  const tenantId = 'lesson-acme';
  await ledger.as(tokens.bearer({ tenantId })).getBudget(tenantId, { signal });
});
process.exit(0); // ← ends the process with the spans still in memory
