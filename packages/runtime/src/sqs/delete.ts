// Deletes processed messages. The deletions of a few milliseconds share a request: SQS takes ten, and bills it as one.
import { DeleteMessageBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { withoutParent } from '@trace-mesh/tracing/span';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { EntryRefused } from '@trace-mesh/tracing/sqs-batch';
import { MAX_MESSAGES } from '@trace-mesh/tracing/sqs-receive';

/** How long a deletion waits for others, in ms. */
export const DELETE_LINGER_MS = 20;

/** Deletes one message. Rejects with the SDK's exception, or with an `EntryRefused`. */
export type Delete = (message: Pick<Message, 'ReceiptHandle'>) => Promise<void>;

interface Waiting extends Pick<Message, 'ReceiptHandle'> {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Returns a function that deletes messages of `queue`, up to ten in one request, without spans. */
export function batchDeletes(sqs: SQSClient, { url: QueueUrl }: Queue, lingerMs = DELETE_LINGER_MS): Delete {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function send(batch: Waiting[]): Promise<void> {
    const Entries = batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl, Entries });
    try {
      const { Failed = [] } = await withoutTracing(() => sqs.send(command));
      for (const { Id, Code = 'Unknown', Message = Code, SenderFault = false } of Failed)
        batch[Number(Id)]?.reject(new EntryRefused(Code, Message, SenderFault));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    // Without effect on those that were rejected.
    for (const { resolve } of batch) resolve();
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    // The batch belongs to no message's trace.
    withoutParent(() => void send(batch));
  }

  return ({ ReceiptHandle }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ ReceiptHandle, resolve, reject });
    if (waiting.length === MAX_MESSAGES) flush();
    else timer ??= setTimeout(flush, lingerMs);
    return promise;
  };
}
