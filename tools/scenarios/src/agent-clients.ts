// The agent's MCP client, and its subscription to a task at the hub.
import { once } from 'node:events';
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { allowOrigin } from '@trace-mesh/tracing/egress';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { TASK_UPDATED, TaskEvent } from '@trace-mesh/ws-hub/messages';
import type { FireOptions } from './scenario.ts';

/** Protocol revisions: the one without sessions, and the last one with a handshake. */
export const ERAS = { modern: '2026-07-28', legacy: '2025-11-25' } as const;
export type Era = keyof typeof ERAS;

/** Runs `work` with an MCP client that is connected over Streamable HTTP, and closes it. */
export function withMcpClient<T>(
  { endpoints, tokens }: Pick<FireOptions, 'endpoints' | 'tokens'>,
  work: (client: Client) => Promise<T>,
  era: Era = 'modern',
): Promise<T> {
  const url = endpoints['edge-mcp'];
  allowOrigin(url);
  const requestInit = { headers: { authorization: tokens.bearer() } };
  return withTransport(new StreamableHTTPClientTransport(new URL(url), { requestInit }), work, era);
}

/** The same over any transport. */
export async function withTransport<T>(
  transport: Transport,
  work: (client: Client) => Promise<T>,
  era: Era = 'modern',
): Promise<T> {
  const mode = era === 'modern' ? { pin: ERAS.modern } : 'legacy';
  const client = new Client({ name: 'trace-mesh-agent', version: '0.1.0' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

export interface TaskPush {
  /** All pushes so far, the oldest first. */
  events: TaskEvent[];
  /** The push of the task's end. Rejects when the socket closes first or the signal aborts. */
  done: Promise<TaskEvent>;
  close(): void;
}

/** Connects to the hub and subscribes to a task; resolves once the hub has acknowledged. */
export async function subscribe(
  { endpoints, tokens, signal }: Pick<FireOptions, 'endpoints' | 'tokens' | 'signal'>,
  taskId: string,
): Promise<TaskPush> {
  const connection = await connect(endpoints['ws-hub'], {}, { agentId: 'agent', token: tokens.token() });
  const { socket } = connection;
  const acknowledged = Promise.withResolvers<void>();
  const done = Promise.withResolvers<TaskEvent>();
  const events: TaskEvent[] = [];
  const fail = (error: unknown) => {
    acknowledged.reject(error);
    done.reject(error);
  };
  done.promise.catch(() => undefined); // a caller need not await it
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  once(socket, 'close').then(() => fail(new Error('the hub closed the connection')), fail);
  onMessage(
    connection,
    ({ type, data }) => {
      if (type === 'subscribed') acknowledged.resolve();
      if (type === 'error') fail(new Error(`the hub refused: ${JSON.stringify(data)}`));
      if (type !== TASK_UPDATED) return;
      const event = TaskEvent.parse(data);
      events.push(event);
      // In the span of the push, so that it records the error and links to its origin.
      if (event.failure) fromFailure(event.failure);
      if (event.status !== 'running') done.resolve(event);
    },
    fail,
  );
  await sendMessage(connection, 'subscribe', { taskId });
  await acknowledged.promise;
  return { events, done: done.promise, close: () => socket.close(1000) };
}
