import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const item = internal('shop', 'batch item');
const GET_BUDGET = 'mesh.ledger.v1.CostLedger/GetBudget';

export const lesson: Lesson = {
  name: 'batch-item',
  level: 1,
  title: "The items of a batch run in the batch's context, outside their spans",
  symptom:
    'The items of the batch seem to take no time: each has a span, and the calls of all of them stand beside it.',
  hints: [
    'The spans of the items start and end at the right time. Look at which span is active while an item works.',
    'A span that is started is not active by itself: what runs next still belongs to the span that was active before.',
    'withSpan(name, init, work) of @trace-mesh/tracing/span runs the work inside its span, and ends it.',
  ],
  teaches:
    'Starting a span does not make it active: what runs next still belongs to the active span. All items then seem to take no time, and ' +
    'their work is in one list below the batch. Run the work inside its span.',
  row: 14,
  service: 'shop',
  edges: [
    parent(14, 'batch', internal('shop', 'lesson batch-item'), item),
    parent(14, 'batch', item, client('shop', GET_BUDGET)),
    parent(4, 'grpc', client('shop', GET_BUDGET), server('cost-ledger', GET_BUDGET)),
  ],
  keeps: [0, 1, 2].map((index) => internal('shop', 'batch item', { 'mesh.batch.index': index })),
  cause: 'item-outside-its-span',
};
