// A cancelled call: its spans end immediately, marked, and the requests behind it stop. The task that was already accepted
// finishes, is pushed, and can be read.
import type { Client } from '@modelcontextprotocol/client';
import { callTool, readResource } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';
import { withMcpClient } from './mcp-client.ts';
import { client, consumer, link, parent, producer, type Scenario, server } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

const CANCELLED = { 'error.type': 'cancelled' };
const toolCall = server('edge-mcp', 'tools/call create_task');
const cancelled = server('edge-mcp', 'tools/call create_task', CANCELLED);

export const mcpCancel: Scenario = {
  name: 'mcp-cancel',
  title: 'A call is cancelled: its spans end at once, and the task that was accepted still finishes',
  teaches:
    'A cancelled call ends its spans at once, marked; the task that was accepted goes on in the same trace.',
  rows: [25],
  makesTask: true,
  edges: [
    parent(25, 'mcp', client('agent', 'tools/call create_task'), cancelled),
    link(25, 'mcp', server('edge-mcp', 'POST /mcp', CANCELLED), cancelled),
    parent(25, 'http', toolCall, client('edge-mcp', 'POST')),
    parent(25, 'sqs', producer('rest-api', 'create tasks'), consumer('worker', 'process tasks')),
    parent(
      25,
      'websocket',
      producer('ws-hub', 'send task.updated'),
      consumer('agent', 'process task.updated'),
    ),
    parent(25, 'mcp', client('agent', 'resources/read'), server('edge-mcp', 'resources/read')),
  ],
  async fire(options) {
    const { prompt, signal } = options;
    return withMcpClient(options, async (mcp) => {
      const taskId = options.newTaskId();
      using listener = await openTaskListener(options);
      await listener.subscribe(taskId);
      // The model is slow enough for the call to be cancelled.
      const reason = await cancelWhenRunning(mcp, { prompt: `${prompt} [[slow:1000]]`, taskId }, signal);
      const pushed = await listener.waitFor('done', 'failed');
      const { contents } = await readResource(mcp, { uri: `task://${taskId}` }, { signal });
      const { status } = Stored.parse(JSON.parse(Text.parse(contents[0]).text));
      return { taskId, told: reason, pushed: pushed.status, stored: status };
    });
  },
};

/** Cancels the call once its task runs; resolves with the reason. */
async function cancelWhenRunning(
  mcp: Client,
  task: { prompt: string; taskId: string },
  signal: AbortSignal,
): Promise<string> {
  const cancel = new AbortController();
  const options = {
    signal: AbortSignal.any([signal, cancel.signal]),
    onprogress: ({ message }: { message?: string | undefined }) => {
      if (message === 'task running') cancel.abort('the agent changed its mind');
    },
  };
  const call = callTool(mcp, { name: 'create_task', arguments: task }, options);
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') throw new Error('the call was answered before it could be cancelled');
  if (!cancel.signal.aborted) throw outcome.reason;
  return String(cancel.signal.reason);
}

const Text = z.object({ text: z.string() });
const Stored = z.object({ status: z.string() });
