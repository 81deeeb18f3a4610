// Hooks of fauxqs's HTTP server that make it answer as AWS does (AWS JSON 1.0 protocol).
import type { Socket } from 'node:net';
import { type Attribute, attributesFault, delayFault, type Fault, ReceiptHandles } from './rules.ts';
import { actionOf, request as call, type SqsApp } from './sqs-app.ts';

type Entry = {
  Id: string;
  ReceiptHandle?: string;
  MessageAttributes?: Record<string, Attribute>;
  DelaySeconds?: unknown;
};
type Body = Omit<Entry, 'Id'> & { QueueUrl?: string; Entries?: Entry[]; MessageAttributeNames?: string[] };
type Message = { ReceiptHandle: string; MessageAttributes?: unknown; MD5OfMessageAttributes?: unknown };
type FailedEntry = { Id: string; SenderFault: true; Code: string; Message: string };
type Answer = { Messages?: Message[]; Failed?: FailedEntry[] };

const SENDS = /^SendMessage(Batch)?$/;
const USES_HANDLE = /^(DeleteMessage|ChangeMessageVisibility)(Batch)?$/;

/**
 * Makes an SQS double reject what AWS rejects, and return message attributes only on request. `issued` are the receipt
 * handles that are valid from before a restart.
 */
export function makeStrict(app: SqsApp, issued: string[] = []): void {
  const handles = new ReceiptHandles();
  for (const handle of issued) handles.remember(handle);
  const failedEntries = new WeakMap<object, FailedEntry[]>();

  const faultOf = (action: string, item: Omit<Entry, 'Id'>): Fault | undefined => {
    if (SENDS.test(action)) return attributesFault(item.MessageAttributes) ?? delayFault(item.DelaySeconds);
    if (USES_HANDLE.test(action)) return handles.fault(item.ReceiptHandle);
    return undefined;
  };

  app.addHook('preHandler', async (request, reply) => {
    const action = actionOf(request.headers);
    const body = request.body as Body;
    if (!SENDS.test(action) && !USES_HANDLE.test(action)) return;
    reply.header('content-type', 'application/x-amz-json-1.0');

    if (!action.endsWith('Batch')) {
      const fault = faultOf(action, body);
      if (!fault) return;
      reply.code(400).header('x-amzn-query-error', `${fault.code};Sender`);
      return reply.send({ __type: `com.amazonaws.sqs#${fault.code}`, message: fault.message });
    }

    // Only the invalid entries of a batch fail.
    const entries = body.Entries ?? [];
    const failed: FailedEntry[] = [];
    body.Entries = entries.filter((entry) => {
      const fault = faultOf(action, entry);
      if (fault) failed.push({ Id: entry.Id, SenderFault: true, Code: fault.code, Message: fault.message });
      return !fault;
    });
    if (failed.length === 0) return;
    if (body.Entries.length === 0) return reply.send({ Successful: [], Failed: failed });
    failedEntries.set(request, failed);
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const answer = payload as Answer | undefined;
    const failed = failedEntries.get(request);
    if (answer && failed) answer.Failed = [...(answer.Failed ?? []), ...failed];
    const body = request.body as Body;
    for (const message of answer?.Messages ?? []) {
      handles.remember(message.ReceiptHandle);
      // As AWS: a receiver that does not request attributes gets none, and loses the trace.
      if (!body.MessageAttributeNames?.length) {
        delete message.MessageAttributes;
        delete message.MD5OfMessageAttributes;
      }
      // A receiver that was killed while it polled must not block the message for its visibility timeout.
      if (isClosed(request.raw.socket)) {
        const { QueueUrl } = body;
        const { ReceiptHandle } = message;
        await call(app, 'ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      }
    }
    return payload;
  });
}

function isClosed(client: Socket): boolean {
  // Node ends its side of the connection when the client ends the other.
  return client.destroyed || client.writableEnded;
}
