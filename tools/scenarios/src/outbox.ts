// What rest-api sends later: a message that waits in Postgres with the context of its request until a relay sends it; a job in
// its own trace, linked both ways; a batch of N prompts, each with its own span, message and task.
import { restApi, runJob, runTask, until } from './rest.ts';
import {
  client,
  consumer,
  inOtherTrace,
  internal,
  link,
  parent,
  producer,
  type Scenario,
  server,
} from './scenario.ts';

const create = producer('rest-api', 'create tasks');
const work = consumer('worker', 'process tasks');

export const outbox: Scenario = {
  name: 'outbox',
  title: 'The message is stored with its task and sent by a relay, in the trace of the request',
  teaches:
    'A message that is sent later needs the context of the request that stored it: a column beside it keeps that.',
  rows: [8, 12],
  makesTask: true,
  edges: [
    parent(12, 'outbox', server('rest-api', 'POST /api/tasks'), create),
    parent(8, 'sqs', create, work),
  ],
  async fire(options) {
    const { taskId, status, result } = await runTask(options);
    return { taskId, status, result };
  },
};

const start = internal('rest-api', 'start job');

export const asyncJob: Scenario = {
  name: 'async-job',
  title: 'A job in a trace of its own that links to the request which asked for it',
  teaches:
    'Work that no caller waits for gets its own trace; links lead both ways, and the sampling decision follows them.',
  rows: [13],
  edges: [
    inOtherTrace(link(13, 'outbox', server('rest-api', 'POST /api/jobs'), start)),
    inOtherTrace(parent(12, 'outbox', start, create)),
    inOtherTrace(parent(8, 'sqs', create, work)),
  ],
  async fire(options) {
    const {
      jobId,
      status,
      result,
      traceId: jobTraceId,
      submitterTraceId,
      relatedTraceIds,
    } = await runJob(options);
    return { jobId, status, result, jobTraceId, submitterTraceId, relatedTraceIds };
  },
};

const ITEMS = 5;
const item = internal('rest-api', 'batch item');

export const batch: Scenario = {
  name: 'batch',
  title: 'Many prompts in one request: each item works in a span of its own, and fails alone',
  teaches: "Each item works in its own span's context, so that its calls and its message are its own.",
  rows: [9, 12, 14],
  edges: [
    parent(14, 'batch', server('rest-api', 'POST /api/batches'), item),
    parent(14, 'batch', item, client('rest-api', 'mesh.ledger.v1.CostLedger/Reserve')),
    parent(12, 'outbox', item, create),
    parent(9, 'sqs', create, work),
  ],
  async fire(options) {
    const { prompt, signal } = options;
    const api = restApi(options);
    const prompts = Array.from({ length: ITEMS }, (_, n) => `${n + 1}. ${prompt}`);
    const { batchId } = await api.createBatch({ prompts }, signal);
    const isDone = ({ status }: { status: string }) => status === 'done';
    const { items } = await until(() => api.getBatch(batchId, signal), isDone, signal);
    return { batchId, items: items.length, done: items.filter(isDone).length };
  },
};
