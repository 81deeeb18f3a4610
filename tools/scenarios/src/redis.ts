// Redis: the ledger's commands for its cache, and messages. Redis has no headers: a channel's message carries the context in an
// envelope, to every hub; a stream entry in fields beside the data, to one hub of the group.
import { randomUUID } from 'node:crypto';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { client, consumer, type FireOptions, parent, producer, type Scenario, server } from './scenario.ts';
import { runTaskOverRest } from './task-listener.ts';
import { AGENT_TENANT } from './tokens.ts';

export const redisPubSub: Scenario = {
  name: 'redis-pubsub',
  title: 'The worker publishes a task event, and every hub receives it',
  teaches: 'Pub/sub has no headers: an envelope around the message carries the context.',
  rows: [20],
  makesTask: true,
  edges: [
    parent(20, 'redis', producer('worker', 'publish task-events'), consumer('ws-hub', 'process task-events')),
  ],
  fire: receiveEnd,
};

export const redisStream: Scenario = {
  name: 'redis-stream',
  title: 'The worker appends the end of a task to a stream, and one hub of the group files it',
  teaches: 'A stream entry has fields, and the context is some of them.',
  rows: [21],
  makesTask: true,
  edges: [
    parent(
      21,
      'redis-stream',
      producer('worker', 'send task-audit'),
      consumer('ws-hub', 'process task-audit', { 'messaging.consumer.group.name': 'ws-hub' }),
    ),
  ],
  fire: receiveEnd,
};

async function receiveEnd(options: FireOptions) {
  const { taskId, end } = await runTaskOverRest(options);
  return { taskId, pushed: end.status };
}

const call = (method: string) => server('cost-ledger', `mesh.ledger.v1.CostLedger/${method}`);
const command = (name: string) => client('cost-ledger', name, { 'db.system.name': 'redis' });

/** The ledger writes its cache when a budget changes, and reads it for `GetBudget`. */
export const redisCommands: Scenario = {
  name: 'redis-commands',
  title: 'A budget is cached in Redis and read from there: SET and GET, each a child of its call',
  teaches: 'Each command is a client span under the call that made it, and says nothing of its values.',
  rows: [19],
  edges: [
    parent(19, 'redis', call('Reserve'), command('set')),
    parent(19, 'redis', call('Settle'), command('set')),
    parent(19, 'redis', call('GetBudget'), command('get')),
  ],
  async fire({ endpoints, tokens, signal }) {
    using connection = connectLedger(endpoints['cost-ledger']);
    const ledger = connection.as(tokens.bearer());
    const taskId = randomUUID();
    await ledger.reserve({ tenantId: AGENT_TENANT, taskId, amountMicroUsd: 1 }, { signal });
    await ledger.settle({ taskId, costMicroUsd: 0 }, { signal });
    return { remainingMicroUsd: (await ledger.getBudget(AGENT_TENANT)).remainingMicroUsd };
  },
};
