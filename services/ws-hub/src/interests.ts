// Which tasks a client of the hub listens to, and the last event that each listener received.
import { FROM_THE_START, isAfter, type TaskEvent, type Topic } from './messages.ts';

export interface TaskEventListener {
  /** Runs in the context of the push, as its child; once for each event, in order. */
  onEvent(event: TaskEvent): void;
  /** The connection was lost and is open again. The hub replays what it still has; the rest is to be fetched from rest-api. */
  onResumed?(): void;
}

/** One listener to one task. A task may have several. */
export interface Interest {
  readonly topic: Topic;
  readonly listener: TaskEventListener;
  /** The id of the last event that the listener received. */
  last: string;
}

export class Interests {
  readonly #all = new Set<Interest>();

  add(topic: Topic, listener: TaskEventListener): Interest {
    const interest = { topic, listener, last: FROM_THE_START };
    this.#all.add(interest);
    return interest;
  }

  delete(interest: Interest): void {
    this.#all.delete(interest);
  }

  [Symbol.iterator](): Iterator<Interest> {
    return this.#all.values();
  }

  has(topic: Topic): boolean {
    return [...this.#all].some((interest) => isSame(interest.topic, topic));
  }

  /** Gives an event to its listeners, except to those that have received it or a later one. */
  deliver(event: TaskEvent): void {
    for (const interest of this.#all) {
      if (!isSame(interest.topic, event)) continue;
      if (event.eventId && !isAfter(event.eventId, interest.last)) continue;
      if (event.eventId) interest.last = event.eventId;
      interest.listener.onEvent(event);
    }
  }
}

const isSame = (a: Topic, b: Topic): boolean => a.taskId === b.taskId && a.tenantId === b.tenantId;
