// A hub connection that records the events of tasks, and tasks that are created once it has subscribed to them.
import { EventEmitter, on, once } from 'node:events';
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { TASK_UPDATED, TaskEvent } from '@trace-mesh/ws-hub/messages';
import { restApi } from './rest.ts';
import type { FireOptions } from './scenario.ts';

export interface TaskListener extends Disposable {
  connection: Connection;
  /** All task events so far, in the order of arrival. */
  events: TaskEvent[];
  /** Sends a message and waits for the response of type `answer`. Rejects when the hub responds with an error. */
  request(type: string, data: unknown, answer: string): Promise<Incoming>;
  /** Sends `subscribe` and waits until the hub has acknowledged. */
  subscribe(taskId: string): Promise<unknown>;
  /** The first event with one of these statuses, received already or later. Rejects when the socket closes first. */
  waitFor(...statuses: TaskEvent['status'][]): Promise<TaskEvent>;
}

/** Opens a socket to the hub. All waits reject when `signal` aborts. */
export async function openTaskListener(
  { endpoints, tokens, signal }: FireOptions,
  options: ConnectOptions = { agentId: 'agent' },
): Promise<TaskListener> {
  const token = tokens.token();
  const connection = await connect(endpoints['ws-hub'], {}, { ...options, token, signal });
  const { socket } = connection;
  const events: TaskEvent[] = [];
  const messages = new EventEmitter();
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    messages.emit('error', failure);
  };
  messages.on('error', () => undefined); // `once` and `on` reject with it
  onMessage(
    connection,
    (message) => {
      if (message.type === 'error') throw new Error(`the hub refused: ${JSON.stringify(message.data)}`);
      if (message.type === TASK_UPDATED) events.push(readEvent(message.data));
      messages.emit(message.type, message);
    },
    fail,
  );
  socket.once('close', () => fail(new Error('the hub closed the connection')));

  const listener: TaskListener = {
    connection,
    events,
    async request(type, data, answer) {
      const answered = once(messages, answer, { signal });
      await sendMessage(connection, type, data);
      const [message] = await answered;
      return message as Incoming;
    },
    subscribe: (taskId) => listener.request('subscribe', { taskId }, 'subscribed'),
    async waitFor(...statuses) {
      const updates = on(messages, TASK_UPDATED, { signal });
      for (;;) {
        const event = events.find(({ status }) => statuses.includes(status));
        if (event) return event;
        if (failure) throw failure;
        await updates.next();
      }
    },
    [Symbol.dispose]: () => socket.close(1000),
  };
  return listener;
}

/** Runs in the span of the push, so that it records the error and links to its origin. */
function readEvent(data: unknown): TaskEvent {
  const event = TaskEvent.parse(data);
  if (event.failure) fromFailure(event.failure);
  return event;
}

type NewTask = Partial<Parameters<RestApiClient['createTask']>[0]>;

/**
 * Subscribes the listeners to a new task, then creates it over REST; resolves with its id once it is accepted. The id makes the
 * prompt unique: the model's double counts attempts by prompt.
 */
export async function startTask(
  options: FireOptions,
  listeners: readonly TaskListener[],
  { prompt = options.prompt, ...task }: NewTask = {},
): Promise<string> {
  const taskId = options.newTaskId();
  for (const listener of listeners) await listener.subscribe(taskId);
  await restApi(options).createTask({ ...task, taskId, prompt: `${prompt} (${taskId})` }, options.signal);
  return taskId;
}

/** Creates a task and waits for its end; resolves with all pushes. */
export async function runTaskOverRest(
  options: FireOptions,
  task: NewTask = {},
): Promise<{ taskId: string; end: TaskEvent; events: TaskEvent[] }> {
  using listener = await openTaskListener(options);
  const taskId = await startTask(options, [listener], task);
  const end = await listener.waitFor('done', 'failed');
  return { taskId, end, events: listener.events };
}
