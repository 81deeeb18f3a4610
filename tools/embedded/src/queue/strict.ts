// Hooks of fauxqs's HTTP server that make it answer as AWS does (AWS JSON 1.0 protocol).
import type { Socket } from 'node:net';
import type { buildApp } from 'fauxqs';
import { type Attribute, attributesFault, delayFault, type Fault, ReceiptHandles } from './rules.ts';

type App = ReturnType<typeof buildApp>;
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

const SENDS = ['SendMessage', 'SendMessageBatch'];
const USES_HANDLE = [
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
];

function actionOf(headers: Record<string, unknown>): string {
  return String(headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
}

/**
 * Makes an SQS double reject what AWS rejects, and return message attributes only on request. `issued` are the receipt
 * handles that are valid from before a restart.
 */
export function makeStrict(app: App, issued: string[] = []): void {
  const handles = new ReceiptHandles();
  for (const handle of issued) handles.remember(handle);
  const failedEntries = new WeakMap<object, FailedEntry[]>();

  const faultOf = (action: string, item: Omit<Entry, 'Id'>): Fault | undefined => {
    if (SENDS.includes(action))
      return attributesFault(item.MessageAttributes) ?? delayFault(item.DelaySeconds);
    if (USES_HANDLE.includes(action)) return handles.fault(item.ReceiptHandle);
    return undefined;
  };

  app.addHook('preHandler', async (request, reply) => {
    const action = actionOf(request.headers);
    const body = request.body as Body;
    if (![...SENDS, ...USES_HANDLE].includes(action)) return;
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
      if (isClosed(request.raw.socket)) await makeVisible(app, body.QueueUrl, message.ReceiptHandle);
    }
    return payload;
  });
}

async function makeVisible(app: App, QueueUrl: string | undefined, ReceiptHandle: string): Promise<void> {
  await app.inject({
    method: 'POST',
    url: '/',
    headers: {
      'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
      'content-type': 'application/x-amz-json-1.0',
    },
    payload: JSON.stringify({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  });
}

function isClosed(client: Socket): boolean {
  // Node ends its side of the connection when the client ends the other.
  return client.destroyed || client.writableEnded;
}
