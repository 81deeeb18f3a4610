// Redis commands: the ledger writes its cache when a budget changes, and reads it for `GetBudget`.
import { randomUUID } from 'node:crypto';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';
import { AGENT_TENANT } from './tokens.ts';

const call = (method: string) => server('cost-ledger', `mesh.ledger.v1.CostLedger/${method}`);
const command = (name: string) => client('cost-ledger', name, { 'db.system.name': 'redis' });

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
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions) {
  using connection = connectLedger(endpoints['cost-ledger']);
  const ledger = connection.as(tokens.bearer());
  const taskId = randomUUID();
  await ledger.reserve({ tenantId: AGENT_TENANT, taskId, amountMicroUsd: 1 }, { signal });
  await ledger.settle({ taskId, costMicroUsd: 0 }, { signal });
  const { remainingMicroUsd } = await ledger.getBudget(AGENT_TENANT);
  return { remainingMicroUsd };
}
