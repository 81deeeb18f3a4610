// Hooks of fauxqs's HTTP server that make it answer as AWS does (AWS JSON 1.0 protocol).
import type { Socket } from 'node:net';
import { Fault } from './faults.ts';
import { INVALID_MESSAGE_BODY_CHAR, type SqsApp, type Store } from './fauxqs.ts';
import { moveTasks, sourcesOf } from './move-tasks.ts';
import { ReceiptHandles } from './receipt-handles.ts';
import { type Item, RULES } from './rules.ts';
import { actionOf, request as call } from './sqs-app.ts';

type Entry = Item & { Id: string };
type Body = Item & { QueueUrl?: string; Entries?: Entry[] };
type Message = { MessageId: string; ReceiptHandle: string };
type FailedEntry = { Id: string; SenderFault: true; Code: string; Message: string };
type Answer = { Messages?: Message[]; Failed?: FailedEntry[] };

/** fauxqs prefixes all codes for the query protocol; AWS these not. The SDK names errors by them. */
const WITHOUT_PREFIX =
  /^AWS\.SimpleQueueService\.(?=(Invalid(MessageContents|Parameter|Attribute)|MissingParameter))/;
/** fauxqs forgets the characters beyond U+FFFF, such as emoji. */
const INVALID_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
INVALID_MESSAGE_BODY_CHAR.test = (body) => INVALID_CHARACTER.test(body);

const QUERY_ERROR = 'x-amzn-query-error';
const JSON_1_0 = 'application/x-amz-json-1.0';

/** Makes an SQS double reject what AWS rejects, and serve the actions that it lacks. */
export function makeStrict(app: SqsApp, store: Store): void {
  const handles = new ReceiptHandles();
  for (const queue of store.allQueues())
    for (const [handle, { message }] of queue.inflightMessages) handles.remember(handle, message.messageId);
  const failedEntries = new WeakMap<object, FailedEntry[]>();
  const added = addedActions(store);

  function faultOf(action: string, item: Item, QueueUrl = ''): Fault | undefined {
    const queue = store.getQueue(QueueUrl);
    for (const { of, fault } of RULES) {
      const found = of.test(action) ? fault(item, handles, queue) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  app.addHook('preHandler', async (request, reply) => {
    const action = actionOf(request.headers);
    if (!action) return;
    const body = request.body as Body;
    reply.header('content-type', JSON_1_0);
    try {
      const answer = added[action]?.(body);
      if (answer) return reply.send(answer);
      const fault = action.endsWith('Batch') ? undefined : faultOf(action, body, body.QueueUrl);
      if (fault) throw fault;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { code, status, message } = error;
      reply.code(status).header(QUERY_ERROR, `${code};Sender`);
      return reply.send({ __type: `com.amazonaws.sqs#${code}`, message });
    }
    if (!action.endsWith('Batch')) return;

    // Only the invalid entries of a batch fail.
    const failed: FailedEntry[] = [];
    const entries = body.Entries ?? [];
    body.Entries = entries.filter((entry) => {
      const fault = faultOf(action, entry, body.QueueUrl);
      if (fault) failed.push({ Id: entry.Id, SenderFault: true, Code: fault.code, Message: fault.message });
      return !fault;
    });
    if (failed.length === 0) return;
    if (body.Entries.length === 0) return reply.send({ Successful: [], Failed: failed });
    failedEntries.set(request, failed);
  });

  app.addHook('onSend', async (_request, reply) => {
    const code = reply.getHeader(QUERY_ERROR);
    if (typeof code === 'string') reply.header(QUERY_ERROR, code.replace(WITHOUT_PREFIX, ''));
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const answer = payload as Answer | undefined;
    const failed = failedEntries.get(request);
    if (answer && failed) answer.Failed = [...(answer.Failed ?? []), ...failed];
    const body = request.body as Body;
    for (const message of answer?.Messages ?? []) {
      handles.remember(message.ReceiptHandle, message.MessageId);
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

/** The actions that fauxqs does not serve; each throws a `Fault`. */
function addedActions(store: Store): Record<string, (body: object) => object> {
  return {
    ...moveTasks(store),
    ListDeadLetterSourceQueues({ QueueUrl = '' }: { QueueUrl?: string }) {
      const queue = store.getQueue(QueueUrl);
      if (!queue) throw new Fault('QueueDoesNotExist', 'The specified queue does not exist.');
      return { queueUrls: sourcesOf(store, queue).map(({ url }) => url) };
    },
  };
}

function isClosed(client: Socket): boolean {
  // Node ends its side of the connection when the client ends the other.
  return client.destroyed || client.writableEnded;
}
