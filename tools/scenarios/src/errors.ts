// Errors keep their origin: each span that receives one links to the span where it arose.
import { randomUUID } from 'node:crypto';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { MCP_ERROR_META } from '@trace-mesh/tracing/error-carriers';
import { callTool } from '@trace-mesh/tracing/mcp';
import { withMcpClient } from './mcp-client.ts';
import { restApi } from './rest.ts';
import { client, consumer, internal, link, type Scenario, server } from './scenario.ts';
import { runTaskOverRest } from './task-listener.ts';

const OVER_BUDGET = { 'mesh.error.code': 'over_budget', 'mesh.error.service': 'cost-ledger' };
const refusal = server('cost-ledger', 'mesh.ledger.v1.CostLedger/Reserve', OVER_BUDGET);

export const errorHttp: Scenario = {
  name: 'error-http',
  title: 'The ledger refuses a task: the refusal crosses gRPC and HTTP, and names ledger and span to the end',
  teaches: 'An error is recorded once, where it arose; every hop behind it names that place and links to it.',
  rows: [24],
  edges: [
    link(24, 'grpc', refusal, server('rest-api', 'POST /api/tasks')),
    link(24, 'http', refusal, internal('agent', 'scenario error-http')),
  ],
  async fire(options) {
    const { endpoints, tokens, prompt, signal } = options;
    using connection = connectLedger(endpoints['cost-ledger']);
    const tenantId = `spent-${randomUUID()}`;
    const ledger = connection.as(tokens.bearer({ tenantId }));
    const { remainingMicroUsd } = await ledger.getBudget(tenantId);
    await ledger.reserve({ tenantId, taskId: randomUUID(), amountMicroUsd: remainingMicroUsd }, { signal });
    const refused = restApi(options, { tenantId }).createTask({ prompt }, signal);
    const [outcome] = await Promise.allSettled([refused]);
    if (outcome.status === 'fulfilled')
      throw new Error('rest-api accepted the task, but the budget is spent');
    if (!(outcome.reason instanceof RestApiError)) throw outcome.reason;
    const { status, title, message, origin } = outcome.reason;
    return { status, title, message, origin: origin?.fields };
  },
};

const failedChat = client('worker', 'chat amazon.nova-lite-v1:0', {
  'error.type': 'InternalServerException',
});

export const errorTask: Scenario = {
  name: 'error-task',
  title: 'The model fails at every attempt: the message is a dead letter, and the push says why and where',
  teaches: 'A failure that crosses a queue and a push still leads back to the call that failed.',
  rows: [24],
  makesTask: true,
  edges: [
    link(
      24,
      'websocket',
      failedChat,
      consumer('agent', 'process task.updated', { 'mesh.error.code': 'model_failed' }),
    ),
  ],
  async fire(options) {
    // More than all attempts together: three of the queue, and in each three of the AWS SDK.
    const prompt = `${options.prompt} [[fail:1000]]`;
    const { taskId, end } = await runTaskOverRest(options, { prompt });
    if (end.status !== 'failed') throw new Error(`the task is ${end.status}, though its model always fails`);
    const { failure: stored } = await restApi(options).getTask(taskId, options.signal);
    return { taskId, error: end.error, pushed: end.failure, stored };
  },
};

const refusedRequest = server('rest-api', 'POST /api/tasks', { 'mesh.error.code': 'invalid_request' });

export const errorMcp: Scenario = {
  name: 'error-mcp',
  title:
    'rest-api refuses what the tool asks: the tool answers isError, and _meta says who refused, and where',
  teaches: 'A tool answers an error as a result: _meta says who refused, and where.',
  rows: [24],
  edges: [
    link(24, 'http', refusedRequest, server('edge-mcp', 'tools/call create_task')),
    link(24, 'mcp', refusedRequest, client('agent', 'tools/call create_task')),
  ],
  async fire(options) {
    // The tool accepts a blank prompt, rest-api does not.
    const call = { name: 'create_task', arguments: { prompt: '   ' } };
    const { signal } = options;
    const answer = await withMcpClient(options, (mcp) => callTool(mcp, call, { signal }));
    if (!answer.isError) throw new Error('the tool accepted a blank prompt');
    return { content: answer.content, origin: answer._meta?.[MCP_ERROR_META] };
  },
};
