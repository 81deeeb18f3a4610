import { Fault, invalid } from './faults.ts';
import type { Queue } from './fauxqs.ts';

/** The receipt handles that the queues have issued, with the ids of their messages; others are rejected. */
export class ReceiptHandles {
  /** Beyond this the oldest is dropped; its message is long deleted by then. */
  static readonly LIMIT = 100_000;
  readonly #issued = new Map<string, string>();

  remember(handle: string, messageId: string): void {
    this.#issued.set(handle, messageId);
    const [oldest] = this.#issued.keys();
    if (this.#issued.size > ReceiptHandles.LIMIT && oldest !== undefined) this.#issued.delete(oldest);
  }

  fault(handle: unknown): Fault | undefined {
    if (typeof handle === 'string' && this.#issued.has(handle)) return undefined;
    return new Fault('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }

  /** The fault of a handle whose message is in `queue` no longer. */
  deletedFault(handle = '', queue: Queue | undefined): Fault | undefined {
    if (!queue || queue.inflightMessages.has(handle)) return undefined;
    const { ready, delayed, inflight } = queue.inspectMessages();
    const all = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    if (all.some(({ messageId }) => messageId === this.#issued.get(handle))) return undefined;
    return invalid(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
}
