// A batch: a shop reads the budgets of its tenants, a span for each item. Which span is the parent of the calls?
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { startSpan } from '@trace-mesh/tracing/span';
import { beginTrace } from '../src/program.ts';

const TENANTS = ['lesson-acme', 'lesson-globex', 'lesson-initech'];

await beginTrace(async ({ endpoints, tokens, signal }) => {
  using ledger = connectLedger(endpoints['cost-ledger']);
  const budgetOf = (tenantId: string) =>
    ledger.as(tokens.bearer({ tenantId })).getBudget(tenantId, { signal });

  await Promise.all(
    TENANTS.map(async (tenantId, index) => {
      const init = { attributes: { 'mesh.batch.index': index } };
      const { span } = startSpan('batch item', init); // ← started, but not active during the work
      try {
        return await budgetOf(tenantId);
      } finally {
        span.end();
      }
    }),
  );
});
