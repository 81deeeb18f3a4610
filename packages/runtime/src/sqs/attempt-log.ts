// Which span tried a message last, so that a redelivery links to the attempt before it. SQS itself keeps nothing but a count:
// see decisions/006-previous-attempts.md.
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';

/** Neither method ever rejects: what is lost here is a link, and work does not fail for a link. */
export interface AttemptLog {
  /** The context of the attempt before this one; the root context where there was none. */
  previous(delivery: Pick<Delivery, 'sender' | 'message'>): Promise<Context>;
  /** Called in the context of an attempt that has failed. */
  failed(delivery: Pick<Delivery, 'sender' | 'message'>): Promise<void>;
}

/** Remembers nothing: attempts then carry no links to each other. */
export const noAttemptLog: AttemptLog = {
  previous: async () => ROOT_CONTEXT,
  failed: async () => {},
};
