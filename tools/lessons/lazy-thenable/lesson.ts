import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const GET_BUDGET = 'mesh.ledger.v1.CostLedger/GetBudget';

export const lesson: Lesson = {
  name: 'lazy-thenable',
  level: 2,
  title: 'A query builder starts its query after the context has ended',
  symptom:
    'The call of cost-ledger stands beside the span that should contain it, though the code runs it there.',
  hints: [
    'The span is active where the query is built. Look at where the query starts.',
    'A query builder is a lazy thenable: it does nothing until its then is called, which await does.',
    'Await it inside: context.with(ctx, async () => await query). withSpan and runInContext of the mesh do that for you.',
  ],
  teaches:
    'A function that returns a lazy thenable has not started its work. The await starts it, in the context of the await: put the ' +
    'await inside the span, or use a function that does.',
  row: 4,
  service: 'shop',
  edges: [
    parent(4, 'grpc', internal('shop', 'read budget'), client('shop', GET_BUDGET)),
    parent(4, 'grpc', client('shop', GET_BUDGET), server('cost-ledger', GET_BUDGET)),
  ],
  cause: 'carrier-without-context',
};
