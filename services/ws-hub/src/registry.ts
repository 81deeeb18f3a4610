// Who is connected, in which trace, and who listens to which task. In memory: a hub that restarts is subscribed to again.
import { activeTraceId } from '@trace-mesh/tracing/span';
import type { Connection } from '@trace-mesh/tracing/websocket';
import type { Topic } from './messages.ts';
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
  readonly #byTask = new Map<string, Subscription[]>();

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
  subscribe({ taskId, tenantId }: Topic, connection: Connection, after?: string): Subscription {
    const others = this.#others({ taskId, tenantId }, connection);
    const subscription = new Subscription(connection, tenantId, after);
    this.#byTask.set(taskId, [...others, subscription]);
    return subscription;
  }

  unsubscribe(topic: Topic, connection: Connection): void {
    this.#keep(topic.taskId, this.#others(topic, connection));
  }

  /** Forgets a connection that closed. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    for (const [taskId, subscriptions] of [...this.#byTask]) {
      const left = subscriptions.filter((subscription) => subscription.connection !== connection);
      if (left.length < subscriptions.length) this.#keep(taskId, left);
    }
  }

  /** Who hears of a tenant's task. An event that names another tenant finds nobody, whoever listens to its id. */
  subscriptions({ taskId, tenantId }: Topic): Subscription[] {
    return (this.#byTask.get(taskId) ?? []).filter((subscription) => subscription.tenantId === tenantId);
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
