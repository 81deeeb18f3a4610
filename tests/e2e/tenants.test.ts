// Tenants are separate: what one owns, another neither reads nor spends nor takes.
import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';

const endpoints = inject('endpoints');
const ledger = connectLedger(endpoints['cost-ledger']);
afterAll(() => ledger[Symbol.dispose]());

const tenant = () => `tenant-${randomUUID()}`;
const apiOf = (tenantId: string) => {
  const bearer = tokens.bearer({ tenantId });
  return createRestApiClient(endpoints['rest-api'], () => bearer);
};

/** An MCP client of this tenant. */
async function agentOf(tenantId: string) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const requestInit = { headers: { authorization: tokens.bearer({ tenantId }) } };
  await client.connect(new StreamableHTTPClientTransport(new URL(endpoints['edge-mcp']), { requestInit }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

describe("another tenant's", () => {
  const [owner, thief] = [tenant(), tenant()];

  it('task, batch and job are not found over REST by another tenant', async () => {
    const { taskId } = await apiOf(owner).createTask({ prompt: 'mine' });
    const { batchId } = await apiOf(owner).createBatch({ prompts: ['mine'] });
    const { jobId } = await apiOf(owner).createJob({ prompt: 'mine' });
    for (const mine of [
      () => apiOf(thief).getTask(taskId),
      () => apiOf(thief).getBatch(batchId),
      () => apiOf(thief).getJob(jobId),
    ]) {
      await expect(mine()).rejects.toMatchObject({ status: 404 });
    }
    expect((await apiOf(owner).getTask(taskId)).tenantId).toBe(owner);
  });

  it('task is not found as an MCP resource by another tenant, nor its batch by a tool', async () => {
    const { taskId } = await apiOf(owner).createTask({ prompt: 'mine' });
    const { batchId } = await apiOf(owner).createBatch({ prompts: ['mine'] });
    await using agent = await agentOf(thief);
    await expect(agent.readResource({ uri: `task://${taskId}` })).rejects.toThrow(/not found/i);
    const answer = await agent.callTool({ name: 'get_batch', arguments: { batchId } });
    expect(answer).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('not found') }],
    });
    await using owning = await agentOf(owner);
    const { contents } = await owning.readResource({ uri: `task://${taskId}` });
    expect(JSON.stringify(contents)).toContain(taskId);
  });

  it('budget is neither readable nor spendable over gRPC by another tenant', async () => {
    const taskId = randomUUID();
    await ledger
      .as(tokens.bearer({ tenantId: owner }))
      .reserve({ tenantId: owner, taskId, amountMicroUsd: 5 });
    const mine = ledger.as(tokens.bearer({ tenantId: thief }));
    const DENIED = 7;
    const NOT_FOUND = 5;
    const ALREADY_EXISTS = 6;
    await expect(mine.getBudget(owner)).rejects.toMatchObject({ code: DENIED });
    await expect(mine.watchSpend({ tenantId: owner })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: DENIED,
    });
    const theirs = { tenantId: owner, taskId: randomUUID(), amountMicroUsd: 1 };
    await expect(mine.reserve(theirs)).rejects.toMatchObject({ code: DENIED });
    await expect(mine.settle({ taskId, costMicroUsd: 0 })).rejects.toMatchObject({ code: NOT_FOUND });
    const own = { tenantId: thief, taskId, amountMicroUsd: 1 };
    await expect(mine.reserve(own)).rejects.toMatchObject({ code: ALREADY_EXISTS });
    await expect(ledger.as('').getBudget(owner)).rejects.toMatchObject({ code: 16 });
    await expect(
      ledger.as(tokens.bearer({ tenantId: owner, scopes: ['tasks:read'] })).getBudget(owner),
    ).rejects.toMatchObject({ code: DENIED });
  });

  it('task id is refused to another tenant, and nothing is reserved', async () => {
    const { taskId } = await apiOf(owner).createTask({ prompt: 'mine' });
    await expect(apiOf(thief).createTask({ taskId, prompt: 'mine now' })).rejects.toMatchObject({
      status: 409,
      title: 'id taken',
    });
    const before = await ledger.as(tokens.bearer({ tenantId: thief })).getBudget(thief);
    const untouched = tenant();
    const never = await ledger.as(tokens.bearer({ tenantId: untouched })).getBudget(untouched);
    expect(before).toEqual(never);
  });
});
