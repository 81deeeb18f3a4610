// Who is connected, in which trace, and who listens to which task. In memory: a hub that restarts is subscribed to again.
import { activeTraceId } from '@trace-mesh/tracing/span';
import type { Connection } from '@trace-mesh/tracing/websocket';
import { Subscription } from './subscription.ts';

export interface ConnectionInfo {
  connectionId: string;
  /** The trace of the handshake; undefined where tracing is off. */
  traceId: string | undefined;
  agentId: string | undefined;
  protocol: string;
}

export class Registry {
  readonly #connections = new Map<Connection, ConnectionInfo>();
  readonly #byTask = new Map<string, Map<Connection, Subscription>>();

  add(connection: Connection, agentId: string | undefined): ConnectionInfo {
    const { protocol } = connection.codec;
    const info = { connectionId: connection.id, traceId: activeTraceId(connection.ctx), agentId, protocol };
    this.#connections.set(connection, info);
    return info;
  }

  connections(): ConnectionInfo[] {
    return [...this.#connections.values()];
  }

  /** Closes every connection: its client comes back, and resumes where it was. */
  closeAll(code: number, reason: string): void {
    for (const { socket } of this.#connections.keys()) socket.close(code, reason);
  }

  /** A new subscription in place of the one that there may be. */
  subscribe(taskId: string, connection: Connection, after?: string): Subscription {
    const subscribers = this.#byTask.get(taskId) ?? new Map<Connection, Subscription>();
    const subscription = new Subscription(connection, after);
    this.#byTask.set(taskId, subscribers.set(connection, subscription));
    return subscription;
  }

  unsubscribe(taskId: string, connection: Connection): void {
    const subscribers = this.#byTask.get(taskId);
    subscribers?.delete(connection);
    if (subscribers?.size === 0) this.#byTask.delete(taskId);
  }

  /** Forgets a connection that closed. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    for (const taskId of [...this.#byTask.keys()]) this.unsubscribe(taskId, connection);
  }

  subscriptions(taskId: string): Subscription[] {
    return [...(this.#byTask.get(taskId)?.values() ?? [])];
  }
}
