// A script: reads the budget of a tenant, and exits.
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { beginScript } from '../src/program.ts';

await beginScript(async ({ endpoints, tokens, signal }) => {
  using ledger = connectLedger(endpoints['cost-ledger']);
  const tenantId = 'lesson-acme';
  await ledger.as(tokens.bearer({ tenantId })).getBudget(tenantId, { signal });
});
await shutdownTelemetry(); // ← exports what is left
process.exit(0);
