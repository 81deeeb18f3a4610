import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const item = internal('shop', 'batch item');
const GET_BUDGET = 'mesh.ledger.v1.CostLedger/GetBudget';

export const lesson: Lesson = {
  name: 'batch-item',
  title: "The items of a batch are worked on in the batch's context, beside their spans",
  teaches:
    'To start a span is not to be in it: what runs next still belongs to the span that is active. All items then look done at once, ' +
    'their work is one heap under the batch, and nobody can say which item was slow. Run the work inside its span.',
  row: 14,
  service: 'shop',
  edges: [
    parent(14, 'batch', internal('shop', 'lesson batch-item'), item),
    parent(14, 'batch', item, client('shop', GET_BUDGET)),
    parent(4, 'grpc', client('shop', GET_BUDGET), server('cost-ledger', GET_BUDGET)),
  ],
  cause: 'item-outside-its-span',
};
