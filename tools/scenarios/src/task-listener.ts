// An agent's ear at the hub: one socket, what was heard on it, and the wait for what is still to come.
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
  /** Every task event so far, in the order of arrival. */
  heard: TaskEvent[];
  /** Sends a message and waits for the answer of type `answer`. Rejects when the hub answers with an error. */
  ask(type: string, data: unknown, answer: string): Promise<Incoming>;
  /** The first event in this state, heard or still to come. */
  hear(status: TaskEvent['status']): Promise<TaskEvent>;
}

/** Opens a socket to the hub. Whatever waits on it rejects when `signal` aborts. */
export async function openTaskListener(
  { endpoints, tokens, signal }: FireOptions,
  options: ConnectOptions,
): Promise<TaskListener> {
  const token = tokens.token();
  const connection = await connect(endpoints['ws-hub'], {}, { ...options, token, signal });
  const heard: TaskEvent[] = [];
  const messages = new EventEmitter();
  onMessage(
    connection,
    (message) => {
      if (message.type === 'error') throw new Error(`the hub refused: ${JSON.stringify(message.data)}`);
      if (message.type === TASK_UPDATED) heard.push(TaskEvent.parse(message.data));
      messages.emit(message.type, message);
    },
    (error) => messages.emit('error', error),
  );
  messages.on('error', () => undefined); // those who wait hear of it through `once` and `on`

  return {
    connection,
    heard,
    async ask(type, data, answer) {
      const answered = once(messages, answer, { signal });
      await sendMessage(connection, type, data);
      const [message] = await answered;
      return message as Incoming;
    },
    async hear(status) {
      const wanted = () => heard.find((event) => event.status === status);
      const updates = on(messages, TASK_UPDATED, { signal });
      for (let event = wanted(); ; event = wanted()) {
        if (event) return event;
        await updates.next();
      }
    },
    [Symbol.dispose]: () => connection.socket.close(1000),
  };
}
