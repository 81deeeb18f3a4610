// The agent's two ways in: an MCP client, and a socket on which it hears how a task goes on.
import { once } from 'node:events';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { TASK_UPDATED, TaskEvent } from '@trace-mesh/ws-hub/messages';

/** Runs `work` with a connected MCP client of the modern era, and closes it. */
export async function withMcpClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(
    { name: 'trace-mesh-agent', version: '0.1.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

export interface TaskPush {
  /** The push that says how the task ended. Rejects when the socket closes first or the signal aborts. */
  done: Promise<TaskEvent>;
  close(): void;
}

/** Connects to the hub and subscribes to a task; resolves once the hub has acknowledged. */
export async function subscribe(url: string, taskId: string, signal: AbortSignal): Promise<TaskPush> {
  const connection = await connect(url, { 'x-agent-id': 'agent' });
  const { socket } = connection;
  const acknowledged = Promise.withResolvers<void>();
  const done = Promise.withResolvers<TaskEvent>();
  const fail = (error: unknown) => {
    acknowledged.reject(error);
    done.reject(error);
  };
  done.promise.catch(() => undefined); // whoever awaits it hears of it; nobody need
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  once(socket, 'close').then(() => fail(new Error('the hub closed the connection')), fail);
  onMessage(
    connection,
    ({ type, data }) => {
      if (type === 'subscribed') acknowledged.resolve();
      if (type === 'error') fail(new Error(`the hub refused: ${JSON.stringify(data)}`));
      if (type !== TASK_UPDATED) return;
      const event = TaskEvent.parse(data);
      if (event.status !== 'running') done.resolve(event);
    },
    fail,
  );
  await sendMessage(connection, 'subscribe', { taskId });
  await acknowledged.promise;
  return { done: done.promise, close: () => socket.close(1000) };
}
