// A hub connection that records task events and waits for the next one.
import { EventEmitter, on, once } from 'node:events';
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { TASK_UPDATED, TaskEvent } from '@trace-mesh/ws-hub/messages';
import type { FireOptions } from './scenario.ts';

export interface TaskListener extends Disposable {
  connection: Connection;
  /** All task events so far, in the order of arrival. */
  events: TaskEvent[];
  /** Sends a message and waits for the response of type `answer`. Rejects when the hub responds with an error. */
  request(type: string, data: unknown, answer: string): Promise<Incoming>;
  /** The first event with this status, received already or later. */
  waitFor(status: TaskEvent['status']): Promise<TaskEvent>;
}

/** Opens a socket to the hub. All waits reject when `signal` aborts. */
export async function openTaskListener(
  { endpoints, tokens, signal }: FireOptions,
  options: ConnectOptions,
): Promise<TaskListener> {
  const token = tokens.token();
  const connection = await connect(endpoints['ws-hub'], {}, { ...options, token, signal });
  const events: TaskEvent[] = [];
  const messages = new EventEmitter();
  onMessage(
    connection,
    (message) => {
      if (message.type === 'error') throw new Error(`the hub refused: ${JSON.stringify(message.data)}`);
      if (message.type === TASK_UPDATED) events.push(TaskEvent.parse(message.data));
      messages.emit(message.type, message);
    },
    (error) => messages.emit('error', error),
  );
  messages.on('error', () => undefined); // `once` and `on` reject with it

  return {
    connection,
    events,
    async request(type, data, answer) {
      const answered = once(messages, answer, { signal });
      await sendMessage(connection, type, data);
      const [message] = await answered;
      return message as Incoming;
    },
    async waitFor(status) {
      const wanted = () => events.find((event) => event.status === status);
      const updates = on(messages, TASK_UPDATED, { signal });
      for (let event = wanted(); ; event = wanted()) {
        if (event) return event;
        await updates.next();
      }
    },
    [Symbol.dispose]: () => connection.socket.close(1000),
  };
}
