// The hub on a free port, with a separate Redis and spans in memory.
import { EventEmitter, on, once } from 'node:events';
import type { Socket } from 'node:net';
import { openTestAccess } from '@trace-mesh/access/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { createPlainHttp } from '@trace-mesh/runtime/plain-http';
import { openRedis, subscribe } from '@trace-mesh/runtime/redis';
import { createLogger } from '@trace-mesh/tracing/logger';
import { publish } from '@trace-mesh/tracing/redis';
import { append } from '@trace-mesh/tracing/redis-stream';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { createRedisMock } from 'js-redis-server';
import { createHub } from './app.ts';
import { taskEvents } from './fan-out.ts';
import { TASK_EVENTS, type TaskEvent, taskLog } from './messages.ts';
import { ConnectionRegistry } from './registry.ts';
import { createResumeLog } from './resume-log.ts';

/** How long a test waits for a condition, in ms. */
export const WAIT = { timeout: 10_000, interval: 10 };
export const logger = createLogger({ write: () => undefined });

/** Every test hub's keys and tokens. */
export const access = openTestAccess();

export async function startTestHub(
  limits: { heartbeatMs?: number; helloTimeoutMs?: number; gate?: Partial<typeof access.gate> } = {},
) {
  const { gate, ...times } = limits;
  const lines: string[] = [];
  const hubLogger = createLogger({ write: (line) => void lines.push(line) });
  const sockets = new Set<Socket>();
  const resources = new AsyncDisposableStack();
  const tracing = resources.use(startTestTracing());
  const server = resources.adopt(await createRedisMock({}), (mock) => mock.close());
  const redis = resources.use(openRedis(server.url, logger));
  const channel = resources.use(openRedis(server.url, logger));
  const registry = new ConnectionRegistry();
  const log = createResumeLog(redis);
  await subscribe(channel, taskEvents(registry, hubLogger));
  const http = resources.use(await listen(createPlainHttp(), { host: '127.0.0.1', port: 0 }));
  http.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  resources.use(
    createHub(http.server, {
      ...access.gate,
      ...gate,
      registry,
      log,
      logger: hubLogger,
      ...times,
    }),
  );
  return {
    url: `ws://127.0.0.1:${http.port}/ws`,
    redis,
    registry,
    log,
    tracing,
    /** Publishes as the worker does: into the task's log, then to every hub. Returns the event's id. */
    async announce(event: TaskEvent): Promise<string> {
      const eventId = await append(redis, taskLog(event.taskId), event);
      await publish(redis, TASK_EVENTS, { ...event, eventId });
      return eventId;
    },
    /** Breaks every connection without a close frame. */
    dropAll: () => sockets.forEach((socket) => void socket.destroy()),
    /** How many pushes were refused because the client does not read. */
    dropped: () => lines.filter((line) => line.includes('SlowConsumerError')).length,
    /** The largest send buffer of a client, in bytes. */
    mostBuffered: () => Math.max(0, ...[...sockets].map((socket) => socket.writableLength)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

export interface TestClient {
  connection: Connection;
  received: Incoming[];
  send(type: string, data?: unknown): Promise<void>;
  /** The first message of this type; waits for it. */
  next(type: string): Promise<Incoming>;
  close(): void;
}

/** A client of tenant `acme`; an unreadable message fails the waiting test. */
export async function openClient(url: string, options: ConnectOptions = {}): Promise<TestClient> {
  return clientOf(await connect(url, {}, { token: access.token(), ...options }));
}

export function clientOf(connection: Connection): TestClient {
  const received: Incoming[] = [];
  const messages = new EventEmitter();
  onMessage(
    connection,
    (message) => {
      received.push(message);
      messages.emit('message');
    },
    (error) => messages.emit('error', error),
  );
  return {
    connection,
    received,
    send: (type, data) => sendMessage(connection, type, data),
    async next(type) {
      const signal = AbortSignal.timeout(WAIT.timeout);
      const updates = on(messages, 'message', { signal });
      for (;;) {
        const found = received.find((message) => message.type === type);
        if (found) return found;
        await updates.next();
      }
    },
    close: () => connection.socket.close(1000),
  };
}

export const closeOf = async (connection: Connection): Promise<number> => {
  const [code] = await once(connection.socket, 'close', { signal: AbortSignal.timeout(WAIT.timeout) });
  return code as number;
};
