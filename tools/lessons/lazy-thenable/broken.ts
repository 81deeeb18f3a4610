// A shop reads a budget by a query builder, in a span. Which span is the parent of the call?
import { context } from '@opentelemetry/api';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { startSpan } from '@trace-mesh/tracing/span';
import { beginTrace } from '../src/program.ts';
import { Query } from './query.ts';

await beginTrace(async ({ endpoints, tokens, signal }) => {
  using ledger = connectLedger(endpoints['cost-ledger']);
  const budgetOf = (tenantId: string) =>
    new Query(() => ledger.as(tokens.bearer({ tenantId })).getBudget(tenantId, { signal }));

  const { span, ctx } = startSpan('read budget');
  try {
    await context.with(ctx, () => budgetOf('lesson-acme')); // ← awaited, and so started, outside
  } finally {
    span.end();
  }
});
