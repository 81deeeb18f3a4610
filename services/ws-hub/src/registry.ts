// Who is connected and who listens to which task. In memory: a hub that restarts is subscribed to again by its clients.
import type { Connection } from '@trace-mesh/tracing/websocket';

export class Registry {
  readonly #byTask = new Map<string, Set<Connection>>();

  subscribe(taskId: string, connection: Connection): void {
    const subscribers = this.#byTask.get(taskId) ?? new Set();
    this.#byTask.set(taskId, subscribers.add(connection));
  }

  unsubscribe(taskId: string, connection: Connection): void {
    const subscribers = this.#byTask.get(taskId);
    subscribers?.delete(connection);
    if (subscribers?.size === 0) this.#byTask.delete(taskId);
  }

  /** Forgets a connection that closed. */
  remove(connection: Connection): void {
    for (const taskId of [...this.#byTask.keys()]) this.unsubscribe(taskId, connection);
  }

  subscribers(taskId: string): Connection[] {
    return [...(this.#byTask.get(taskId) ?? [])];
  }
}
