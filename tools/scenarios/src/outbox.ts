// The outbox: the message waits in Postgres with the context of its request, and a relay sends it later.
import { runTask } from './rest.ts';
import { consumer, parent, producer, type Scenario, server } from './scenario.ts';

const create = producer('rest-api', 'create tasks');

export const outbox: Scenario = {
  name: 'outbox',
  title: 'The message is stored with its task and sent by a relay, in the trace of the request',
  teaches:
    'A message that is sent later needs the context of the request that stored it: a column beside it keeps that.',
  rows: [8, 12],
  makesTask: true,
  edges: [
    parent(12, 'outbox', server('rest-api', 'POST /api/tasks'), create),
    parent(8, 'sqs', create, consumer('worker', 'process tasks')),
  ],
  async fire(options) {
    const { taskId, status, result } = await runTask(options);
    return { taskId, status, result };
  },
};
