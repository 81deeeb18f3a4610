import { type Connection, type Incoming, sendMessage } from '@trace-mesh/tracing/websocket';
import { Subscribe } from '../messages.ts';
import type { Registry } from '../registry.ts';

/** `subscribe` and `unsubscribe`, each acknowledged, so that a client knows from when on it hears of a task. */
export async function subscribe(
  registry: Registry,
  connection: Connection,
  message: Incoming,
): Promise<void> {
  const { taskId } = Subscribe.parse(message.data);
  registry.subscribe(taskId, connection);
  await sendMessage(connection, 'subscribed', { taskId });
}

export async function unsubscribe(
  registry: Registry,
  connection: Connection,
  message: Incoming,
): Promise<void> {
  const { taskId } = Subscribe.parse(message.data);
  registry.unsubscribe(taskId, connection);
  await sendMessage(connection, 'unsubscribed', { taskId });
}
