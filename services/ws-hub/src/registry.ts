// The connections and their subscriptions, in memory: clients of a restarted hub subscribe again.
import { activeTraceId } from '@trace-mesh/tracing/span';
import type { Connection } from '@trace-mesh/tracing/websocket';
import type { Topic } from './messages.ts';
import { Subscription } from './subscription.ts';

export interface ConnectionInfo {
  connectionId: string;
  /** The trace of the handshake; undefined with tracing off. */
  traceId: string | undefined;
  agentId: string | undefined;
  protocol: string;
}

export class ConnectionRegistry {
  readonly #connections = new Map<Connection, ConnectionInfo>();
  readonly #byTask = new Map<string, Subscription[]>();

  /** Keeps a connection until its socket closes. */
  add(connection: Connection): ConnectionInfo {
    const { id, ctx, agentId, codec, socket } = connection;
    const info = { connectionId: id, traceId: activeTraceId(ctx), agentId, protocol: codec.protocol };
    if (socket.readyState === socket.CLOSED) return info;
    this.#connections.set(connection, info);
    socket.once('close', () => this.#remove(connection));
    return info;
  }

  connections(): ConnectionInfo[] {
    return [...this.#connections.values()];
  }

  /** Closes every connection; its client reconnects and resumes. */
  closeAll(code: number, reason: string): void {
    for (const { socket } of this.#connections.keys()) socket.close(code, reason);
  }

  /** Replaces the connection's subscription to this topic, if it has one. Nothing is kept for a closed connection. */
  subscribe({ taskId, tenantId }: Topic, connection: Connection, after?: string): Subscription {
    const others = this.#others({ taskId, tenantId }, connection);
    const subscription = new Subscription(connection, tenantId, after);
    if (this.#connections.has(connection)) this.#byTask.set(taskId, [...others, subscription]);
    return subscription;
  }

  unsubscribe(topic: Topic, connection: Connection): void {
    this.#keep(topic.taskId, this.#others(topic, connection));
  }

  /** The subscriptions to a tenant's task. Subscribers of another tenant's task with the same id are not among them. */
  subscriptions({ taskId, tenantId }: Topic): Subscription[] {
    return (this.#byTask.get(taskId) ?? []).filter((subscription) => subscription.tenantId === tenantId);
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection);
    for (const [taskId, subscriptions] of [...this.#byTask]) {
      const left = subscriptions.filter((subscription) => subscription.connection !== connection);
      if (left.length < subscriptions.length) this.#keep(taskId, left);
    }
  }

  #others({ taskId, tenantId }: Topic, connection: Connection): Subscription[] {
    return (this.#byTask.get(taskId) ?? []).filter(
      (subscription) => subscription.connection !== connection || subscription.tenantId !== tenantId,
    );
  }

  #keep(taskId: string, subscriptions: Subscription[]): void {
    if (subscriptions.length > 0) this.#byTask.set(taskId, subscriptions);
    else this.#byTask.delete(taskId);
  }
}
