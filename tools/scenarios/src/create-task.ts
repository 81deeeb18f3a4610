// The story: an agent creates a task over MCP, and receives the result as the tool's result and as a push.
import { callTool } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';
import { withMcpClient } from './mcp-client.ts';
import { INSERT_TASK } from './postgres.ts';
import { client, consumer, link, parent, producer, type Scenario, server } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

const agentCall = client('agent', 'tools/call create_task');
const toolCall = server('edge-mcp', 'tools/call create_task');
const httpCall = server('rest-api', 'POST /api/tasks');
const queueSend = producer('rest-api', 'create tasks');
const work = consumer('worker', 'process tasks');
const event = consumer('ws-hub', 'process task-events');
const push = producer('ws-hub', 'send task.updated');
const AGENT = { 'mesh.agent.id': 'agent' };
const LEDGER = 'mesh.ledger.v1.CostLedger';

export const createTask: Scenario = {
  name: 'create-task',
  title: 'An MCP call is priced, queued, run on a model, and pushed back over WebSocket',
  teaches: 'What a whole story looks like as one trace, across every service and every kind of hop.',
  rows: [1, 2, 4, 8, 12, 15, 16, 18, 19, 20, 22, 23],
  makesTask: true,
  edges: [
    parent(2, 'mcp', agentCall, toolCall),
    link(2, 'mcp', server('edge-mcp', 'POST /mcp'), toolCall),
    parent(1, 'http', client('edge-mcp', 'POST'), httpCall),
    parent(4, 'grpc', client('rest-api', `${LEDGER}/Reserve`), server('cost-ledger', `${LEDGER}/Reserve`)),
    parent(12, 'outbox', httpCall, queueSend),
    parent(8, 'sqs', queueSend, work),
    parent(23, 'bedrock', work, client('worker', 'chat amazon.nova-lite-v1:0')),
    parent(4, 'grpc', client('worker', `${LEDGER}/Settle`), server('cost-ledger', `${LEDGER}/Settle`)),
    parent(22, 'postgres', httpCall, client('rest-api', INSERT_TASK)),
    parent(19, 'redis', work, client('worker', 'expire')),
    parent(20, 'redis', producer('worker', 'publish task-events'), event),
    parent(18, 'websocket', event, push),
    parent(15, 'websocket', client('agent', 'GET /ws'), server('ws-hub', 'GET /ws', AGENT)),
    parent(
      16,
      'websocket',
      producer('agent', 'send subscribe'),
      consumer('ws-hub', 'process subscribe', AGENT),
    ),
    link(16, 'websocket', server('ws-hub', 'GET /ws'), consumer('ws-hub', 'process subscribe', AGENT)),
    parent(16, 'websocket', push, consumer('agent', 'process task.updated')),
    parent(16, 'websocket', push, consumer('edge-mcp', 'process task.updated')),
    link(16, 'websocket', client('agent', 'GET /ws'), consumer('agent', 'process task.updated')),
  ],
  async fire(options) {
    const { prompt, signal } = options;
    const taskId = options.newTaskId();
    using listener = await openTaskListener(options);
    await listener.subscribe(taskId);
    const call = { name: 'create_task', arguments: { prompt, taskId } };
    const answer = await withMcpClient(options, (mcp) =>
      callTool(mcp, call, { signal, onprogress: () => {} }),
    );
    const { result, costUsd } = Answer.parse(answer.structuredContent);
    const pushed = await listener.waitFor('done', 'failed');
    return { taskId, result, costUsd, pushed: pushed.status };
  },
};

const Answer = z.object({ result: z.string(), costUsd: z.number() });
