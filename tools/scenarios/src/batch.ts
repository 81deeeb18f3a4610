// A batch: N prompts in one request, each with its own span, message and task.
import { restApi, until } from './rest.ts';
import {
  client,
  consumer,
  type FireOptions,
  internal,
  parent,
  producer,
  type Scenario,
  server,
} from './scenario.ts';

const ITEMS = 5;
const item = internal('rest-api', 'batch item');
const create = producer('rest-api', 'create tasks');

export const batch: Scenario = {
  name: 'batch',
  title: 'Many prompts in one request: each item works in a span of its own, and fails alone',
  teaches: "Each item works in its own span's context, so that its calls and its message are its own.",
  rows: [9, 12, 14],
  edges: [
    parent(14, 'batch', server('rest-api', 'POST /api/batches'), item),
    parent(14, 'batch', item, client('rest-api', 'mesh.ledger.v1.CostLedger/Reserve')),
    parent(12, 'outbox', item, create),
    parent(9, 'sqs', create, consumer('worker', 'process tasks')),
  ],
  fire,
};

async function fire(options: FireOptions) {
  const { prompt, signal } = options;
  const api = restApi(options);
  const prompts = Array.from({ length: ITEMS }, (_, n) => `${n + 1}. ${prompt}`);
  const { batchId } = await api.createBatch({ prompts }, signal);
  const { items } = await until(
    () => api.getBatch(batchId, signal),
    ({ status }) => status === 'done',
    signal,
  );
  const done = items.filter(({ status }) => status === 'done').length;
  return { batchId, items: items.length, done };
}
