// What callers of the hub import: hearing of tasks, over one connection that comes back by itself.
import { EventEmitter, once } from 'node:events';
import { pause } from '@trace-mesh/runtime/repeat';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import {
  type Connection,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { heartbeat } from './heartbeat.ts';
import { FROM_THE_START, isAfter, Subscribe, TASK_UPDATED, TaskEvent, type Topic } from './messages.ts';

/** How long the client pauses before it connects again, in ms. */
export const RECONNECT_MS = 250;
/** How long a connection may take to open, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How long the hub may take to answer a ping, in ms. */
export const ANSWER_TIMEOUT_MS = 1_000;
/** How long a subscription waits for the connection and for its acknowledgement, in ms. */
const SUBSCRIBE_TIMEOUT_MS = 5_000;

export interface TaskListener {
  /** Runs in the context of the push, as its child; once for each event, in order. */
  onEvent(event: TaskEvent): void;
  /** The connection was lost and is back. The hub replays what it still has; the rest is to be fetched from rest-api. */
  onResumed?(): void;
}

export interface HubClientOptions {
  /** Names the client in traces and logs. */
  agentId: string;
  /** The bearer token for each connection that is opened. */
  token: () => string;
}

interface Interest extends Topic {
  listener: TaskListener;
  /** The last event that was heard. */
  last: string;
}

export interface HubClient extends AsyncDisposable {
  isOpen(): boolean;
  /** Resolves when the hub answers a ping: for the readiness of those who listen. */
  answers(): Promise<void>;
  /** Hears of a task until the answer is disposed. Resolves once the hub has acknowledged; rejects when it does not. */
  listen(topic: Topic, listener: TaskListener): Promise<AsyncDisposable>;
}

/** Connects to a hub (`ws://host:port/ws`) in the background, and again whenever the connection is lost. */
export function createHubClient(
  url: string,
  { agentId, token }: HubClientOptions,
  logger: Logger,
): HubClient {
  // A task may be listened to more than once.
  const interests = new Set<Interest>();
  // As many wait here at once as there are subscriptions under way.
  const events = new EventEmitter().setMaxListeners(0);
  const stop = new AbortController();
  let connection: Connection | undefined;
  let opened = 0;

  async function stayConnected(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
        await serve(await connect(url, {}, { agentId, token: token(), signal }));
      } catch (error) {
        if (!stop.signal.aborted) logger.warn({ err: error }, 'the hub is out of reach');
      }
      await pause(RECONNECT_MS, stop.signal);
    }
  }

  /** Uses one connection until it closes. */
  async function serve(open: Connection): Promise<void> {
    const { socket } = open;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    onMessage(open, receive, (error) =>
      logger.warn({ err: error }, 'a message of the hub could not be read'),
    );
    socket.on('error', (error) => logger.warn({ err: error }, 'the connection to the hub broke'));
    heartbeat(socket);
    connection = open;
    opened += 1;
    events.emit('open');
    try {
      if (opened > 1) await resume(open);
      await closed;
    } finally {
      connection = undefined;
      socket.terminate();
    }
  }

  async function resume(open: Connection): Promise<void> {
    for (const { taskId, tenantId, listener, last } of interests) {
      await sendMessage(open, 'subscribe', { taskId, tenantId, after: last });
      listener.onResumed?.();
    }
  }

  function receive({ type, data }: Incoming): void {
    if (type === 'subscribed') events.emit(`subscribed:${Subscribe.parse(data).taskId}`);
    if (type === 'error') logger.warn({ err: fromFailure(data) }, 'the hub refused a message');
    if (type !== TASK_UPDATED) return;
    const event = TaskEvent.parse(data);
    for (const interest of interests) {
      if (!isAbout(event, interest)) continue;
      if (event.eventId && !isAfter(event.eventId, interest.last)) continue;
      if (event.eventId) interest.last = event.eventId;
      interest.listener.onEvent(event);
    }
  }

  function connectionLost(error: unknown): void {
    logger.warn({ err: error }, 'a subscription waits for the next connection');
  }

  async function forget(interest: Interest): Promise<void> {
    interests.delete(interest);
    const { taskId, tenantId } = interest;
    if (!connection || [...interests].some((other) => isAbout(other, interest))) return;
    await sendMessage(connection, 'unsubscribe', { taskId, tenantId }).catch((error: unknown) => {
      // A connection that is lost has forgotten its subscriptions by itself.
      logger.info({ err: error }, 'a subscription ended with its connection');
    });
  }

  const running = withoutParent(stayConnected);
  return {
    isOpen: () => connection !== undefined,
    async answers() {
      if (!connection) throw new Error('the hub is not connected');
      const answered = once(connection.socket, 'pong', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      connection.socket.ping();
      await answered;
    },
    async listen({ taskId, tenantId }, listener) {
      const signal = AbortSignal.timeout(SUBSCRIBE_TIMEOUT_MS);
      if (!connection) await once(events, 'open', { signal });
      const acknowledged = once(events, `subscribed:${taskId}`, { signal });
      const interest: Interest = { taskId, tenantId, listener, last: FROM_THE_START };
      interests.add(interest);
      try {
        // Should the connection break meanwhile, the next one subscribes to everything that is in `interests`.
        if (connection)
          await sendMessage(connection, 'subscribe', { taskId, tenantId }).catch(connectionLost);
        await acknowledged;
      } catch (error) {
        await forget(interest);
        throw error;
      }
      return { [Symbol.asyncDispose]: () => forget(interest) };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      connection?.socket.close(1000);
      await running;
    },
  };
}

const isAbout = (a: Topic, b: Topic): boolean => a.taskId === b.taskId && a.tenantId === b.tenantId;
