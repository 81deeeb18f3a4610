// One client's subscription to one task. Live events wait for its replay to end, so it receives each event once, in order.
import type { Context } from '@opentelemetry/api';
import { ATTR_MESH_WS_REPLAYED } from '@trace-mesh/tracing/attributes';
import type { Connection, SendOptions } from '@trace-mesh/tracing/websocket';
import { isAfter, TASK_UPDATED, type TaskEvent } from './messages.ts';
import { dropSlow, push, SlowConsumerError } from './push.ts';

/** How many live events may wait for a replay to end; beyond that the client is dropped, and may resume. */
export const MAX_WAITING = 256;

export class Subscription {
  readonly connection: Connection;
  readonly tenantId: string;
  #last: string | undefined;
  #waiting = 0;
  readonly #replayed = Promise.withResolvers<void>();

  /** `after` is the id of the last event that the client saw; without it there is no replay. */
  constructor(connection: Connection, tenantId: string, after: string | undefined) {
    this.connection = connection;
    this.tenantId = tenantId;
    this.#last = after;
    if (after === undefined) this.#replayed.resolve();
  }

  /** Sends a live event after the replay, unless the replay included it. */
  async push(event: TaskEvent): Promise<void> {
    if (this.#waiting >= MAX_WAITING) {
      dropSlow(this.connection);
      throw new SlowConsumerError('too many events are waiting for the replay');
    }
    this.#waiting += 1;
    await this.#replayed.promise;
    this.#waiting -= 1;
    await this.#send(event, {});
  }

  /** Sends an event from the log in the event's own trace, not in that of the subscribe message. */
  async replay(event: TaskEvent, parent: Context): Promise<void> {
    await this.#send(event, { parent, attributes: { [ATTR_MESH_WS_REPLAYED]: true } });
  }

  /** Ends the replay; live events follow. */
  release(): void {
    this.#replayed.resolve();
  }

  async #send(event: TaskEvent, options: SendOptions): Promise<void> {
    if (event.eventId !== undefined) {
      if (this.#last !== undefined && !isAfter(event.eventId, this.#last)) return;
      this.#last = event.eventId;
    }
    await push(this.connection, TASK_UPDATED, event, options);
  }
}
