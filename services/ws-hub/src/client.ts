// What callers of the hub import: hearing of tasks, over one connection that comes back by itself.
import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import type { Logger } from '@trace-mesh/tracing/logger';
import { atRoot } from '@trace-mesh/tracing/span';
import {
  type Connection,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { heartbeat } from './heartbeat.ts';
import { FROM_THE_START, isAfter, Subscribe, TASK_UPDATED, TaskEvent } from './messages.ts';

/** How long the client pauses before it connects again, in ms. */
export const RECONNECT_MS = 250;
/** How long a subscription waits for the connection and for its acknowledgement, in ms. */
export const SUBSCRIBE_TIMEOUT_MS = 5_000;

export interface TaskListener {
  /** Runs in the context of the push, as its child; once for each event, in order. */
  onEvent(event: TaskEvent): void;
  /** The connection was lost and is back. The hub replays what it still has; the rest is to be fetched from rest-api. */
  onResumed?(): void;
}

/** A task, by its id and its tenant. */
export interface Topic {
  taskId: string;
  tenantId: string;
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
  /** Hears of a task until the answer is disposed. Resolves once the hub has acknowledged; rejects when it does not. */
  listen(topic: Topic, listener: TaskListener): Promise<AsyncDisposable>;
}

/** Connects to a hub (`ws://host:port/ws`) in the background, and again whenever the connection is lost. */
export function createHubClient(
  url: string,
  { agentId, token }: HubClientOptions,
  logger: Logger,
): HubClient {
  const interests = new Set<Interest>();
  const events = new EventEmitter();
  const stop = new AbortController();
  let connection: Connection | undefined;

  async function stayConnected(): Promise<void> {
    for (let first = true; !stop.signal.aborted; first = false) {
      try {
        await serve(await connect(url, {}, { agentId, token: token() }), first);
      } catch (error) {
        logger.warn({ err: error }, 'the hub is out of reach');
      }
      await wait(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  /** Uses one connection until it closes. */
  async function serve(opened: Connection, first: boolean): Promise<void> {
    const closed = once(opened.socket, 'close');
    onMessage(opened, receive, (error) =>
      logger.warn({ err: error }, 'a message of the hub could not be read'),
    );
    opened.socket.on('error', (error) => logger.warn({ err: error }, 'the connection to the hub broke'));
    heartbeat(opened.socket);
    connection = opened;
    events.emit('open');
    if (!first) await resume(opened);
    await closed;
    connection = undefined;
  }

  async function resume(opened: Connection): Promise<void> {
    for (const { taskId, tenantId, listener, last } of interests) {
      await sendMessage(opened, 'subscribe', { taskId, tenantId, after: last });
      listener.onResumed?.();
    }
  }

  function receive({ type, data }: Incoming): void {
    if (type === 'subscribed') events.emit(`subscribed:${Subscribe.parse(data).taskId}`);
    if (type === 'error') logger.warn({ err: fromFailure(data) }, 'the hub refused a message');
    if (type !== TASK_UPDATED) return;
    const event = TaskEvent.parse(data);
    for (const interest of [...interests].filter((candidate) => isAbout(event, candidate))) {
      if (event.eventId && !isAfter(event.eventId, interest.last)) continue;
      if (event.eventId) interest.last = event.eventId;
      interest.listener.onEvent(event);
    }
  }

  const running = atRoot(stayConnected);
  return {
    isOpen: () => connection !== undefined,
    async listen({ taskId, tenantId }, listener) {
      const signal = AbortSignal.timeout(SUBSCRIBE_TIMEOUT_MS);
      if (!connection) await once(events, 'open', { signal });
      const acknowledged = once(events, `subscribed:${taskId}`, { signal });
      const interest: Interest = { taskId, tenantId, listener, last: FROM_THE_START };
      interests.add(interest);
      if (connection) await sendMessage(connection, 'subscribe', { taskId, tenantId });
      await acknowledged.catch((error: unknown) => {
        interests.delete(interest);
        throw error;
      });
      return {
        async [Symbol.asyncDispose]() {
          interests.delete(interest);
          // Two calls may wait for the same task: the hub forgets it with the last of them.
          if (!connection || [...interests].some((other) => isAbout(other, interest))) return;
          await sendMessage(connection, 'unsubscribe', { taskId, tenantId });
        },
      };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      connection?.socket.close(1000);
      await running;
    },
  };
}

const isAbout = (a: Topic, b: Topic): boolean => a.taskId === b.taskId && a.tenantId === b.tenantId;
