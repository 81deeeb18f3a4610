// The client of the hub: listens to tasks over one connection, and reconnects when it is lost.
import { EventEmitter, once } from 'node:events';
import { pause } from '@trace-mesh/runtime/repeat';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent, withSpan } from '@trace-mesh/tracing/span';
import {
  type Connection,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { heartbeat } from './heartbeat.ts';
import { type Interest, Interests, type TaskEventListener } from './interests.ts';
import { Subscribe, TASK_UPDATED, TaskEvent, type Topic } from './messages.ts';

export type { TaskEventListener };

/** How long the client pauses before it connects again, in ms. */
export const RECONNECT_MS = 250;
/** How long a connection may take to open, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How long the hub may take to answer a ping, in ms. */
export const ANSWER_TIMEOUT_MS = 1_000;
/** How long a subscription waits for the connection and for its acknowledgement, in ms. */
const SUBSCRIBE_TIMEOUT_MS = 5_000;

export interface HubClientOptions {
  /** Names the client in traces and logs. */
  agentId: string;
  /** Returns the bearer token for the next connection. */
  token: () => string;
}

export interface HubClient extends AsyncDisposable {
  isOpen(): boolean;
  /** Resolves when the hub answers a ping: for the readiness of its callers. */
  answers(): Promise<void>;
  /** Listens to a task until the result is disposed. Resolves when the hub has acknowledged, rejects if it does not in time. */
  listen(topic: Topic, listener: TaskEventListener): Promise<AsyncDisposable>;
}

/** Connects to a hub (`ws://host:port/ws`) in the background, and again whenever the connection is lost. */
export const createHubClient = (url: string, options: HubClientOptions, logger: Logger): HubClient =>
  new ReconnectingClient(url, options, logger);

class ReconnectingClient implements HubClient {
  readonly #url: string;
  readonly #options: HubClientOptions;
  readonly #logger: Logger;
  readonly #interests = new Interests();
  /** `open`, and `subscribed:<task>` or `unsubscribed:<task>` for each acknowledgement. Each pending one has a listener. */
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** What the hub has still to acknowledge before the connection may close. */
  readonly #leaving = new Set<Promise<unknown>>();
  #connection: Connection | undefined;

  constructor(url: string, options: HubClientOptions, logger: Logger) {
    this.#url = url;
    this.#options = options;
    this.#logger = logger;
    this.#running = withoutParent(() => this.#stayConnected());
  }

  isOpen(): boolean {
    return this.#connection !== undefined;
  }

  async answers(): Promise<void> {
    if (!this.#connection) throw new Error('ws-hub is not connected');
    const { socket } = this.#connection;
    const answered = once(socket, 'pong', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    socket.ping();
    await answered;
  }

  async listen({ taskId, tenantId }: Topic, listener: TaskEventListener): Promise<AsyncDisposable> {
    const topic = { taskId, tenantId };
    const signal = AbortSignal.timeout(SUBSCRIBE_TIMEOUT_MS);
    if (!this.#connection) await once(this.#events, 'open', { signal });
    const acknowledged = once(this.#events, `subscribed:${taskId}`, { signal });
    const interest = this.#interests.add(topic, listener);
    try {
      // If the connection is lost meanwhile, the next one subscribes to every interest.
      if (this.#connection) {
        await sendMessage(this.#connection, 'subscribe', topic).catch((err: unknown) => {
          this.#logger.warn({ err }, 'subscribing waits for the next connection');
        });
      }
      await acknowledged;
    } catch (error) {
      await this.#forget(interest);
      throw error;
    }
    return { [Symbol.asyncDispose]: () => this.#forget(interest) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#leaving);
    this.#stop.abort();
    this.#connection?.socket.close(1000);
    await this.#running;
  }

  async #stayConnected(): Promise<void> {
    const { signal: stopped } = this.#stop;
    const { agentId, token } = this.#options;
    for (let isFirst = true; !stopped.aborted; await pause(RECONNECT_MS, stopped)) {
      try {
        const signal = AbortSignal.any([stopped, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
        // What calls is this loop, so the trace of a connection begins here, not with the span of its request.
        const connection = await withSpan('connect ws-hub', {}, () =>
          connect(this.#url, {}, { agentId, token: token(), signal }),
        );
        const isResumed = !isFirst;
        isFirst = false;
        await this.#use(connection, isResumed);
      } catch (err) {
        if (!stopped.aborted) this.#logger.warn({ err }, 'ws-hub connection failed');
      }
    }
  }

  /** Uses one connection until it closes. */
  async #use(connection: Connection, isResumed: boolean): Promise<void> {
    const { socket } = connection;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    onMessage(
      connection,
      (message) => this.#receive(message),
      (err) => this.#logger.warn({ err }, 'reading a message of ws-hub failed'),
    );
    socket.on('error', (err) => this.#logger.warn({ err }, 'ws-hub connection broke'));
    heartbeat(socket);
    this.#connection = connection;
    this.#events.emit('open');
    try {
      if (isResumed) await this.#resume(connection);
      await closed;
    } finally {
      this.#connection = undefined;
      socket.terminate();
    }
  }

  async #resume(connection: Connection): Promise<void> {
    for (const { topic, listener, last } of this.#interests) {
      await sendMessage(connection, 'subscribe', { ...topic, after: last });
      listener.onResumed?.();
    }
  }

  #receive({ type, data }: Incoming): void {
    if (type === 'subscribed' || type === 'unsubscribed')
      this.#events.emit(`${type}:${Subscribe.parse(data).taskId}`);
    if (type === 'error') this.#logger.warn({ err: fromFailure(data) }, 'ws-hub refused a message');
    if (type === TASK_UPDATED) this.#interests.deliver(TaskEvent.parse(data));
  }

  async #forget(interest: Interest): Promise<void> {
    this.#interests.delete(interest);
    const { topic } = interest;
    if (!this.#connection || this.#interests.has(topic)) return;
    // Only a client that closes waits for the answer: the hub records an error when it can no longer answer.
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const left = Promise.race([
      once(this.#events, `unsubscribed:${topic.taskId}`, { signal }),
      once(this.#connection.socket, 'close', { signal }),
    ]);
    this.#leaving.add(left);
    void Promise.allSettled([left]).then(() => this.#leaving.delete(left));
    await sendMessage(this.#connection, 'unsubscribe', topic).catch((err: unknown) => {
      // The subscriptions of a lost connection have ended with it.
      this.#logger.info({ err }, 'subscription ended with its connection');
    });
  }
}
