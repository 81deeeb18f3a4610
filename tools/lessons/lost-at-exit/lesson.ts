import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const GET_BUDGET = 'mesh.ledger.v1.CostLedger/GetBudget';

export const lesson: Lesson = {
  name: 'lost-at-exit',
  level: 1,
  title: 'A script exits before its spans are exported',
  symptom:
    'The trace of the script has no root: the span of cost-ledger names a parent that no store has. The script ends without an error.',
  hints: [
    'The spans are made, and the context reaches cost-ledger. Look at how the script ends.',
    'Finished spans wait in memory and are exported in batches, a few times a second. process.exit() waits for nothing.',
    'await shutdownTelemetry() of @trace-mesh/tracing/lifecycle exports what is left. Without process.exit() the preload does it itself.',
  ],
  teaches:
    'Spans are exported in batches, after they end. A process that ends by process.exit() takes the last batch with it: shut telemetry ' +
    'down first, or let the process end by itself.',
  row: 4,
  service: 'shop',
  edges: [
    parent(4, 'grpc', internal('shop', 'lesson lost-at-exit'), client('shop', GET_BUDGET)),
    parent(4, 'grpc', client('shop', GET_BUDGET), server('cost-ledger', GET_BUDGET)),
  ],
  cause: 'never-arrived',
};
