// Many messages in one request. Each entry has its own span and context, since the messages of a batch belong to different
// traces, and an entry can fail while others are sent.
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Context, context, type Span, SpanKind } from '@opentelemetry/api';
import { measured, messagingAttributes } from '../spans/messaging.ts';
import { countSent } from '../spans/messaging-metrics.ts';
import { errorTypeOf, linkTo, recordError, startSpan, withSpan } from '../spans/span.ts';
import { bytesOf, carryContext, type MessageAttributes, type MessageBody } from './carrier.ts';
import { sendAttributes } from './extract.ts';
import { type FifoOptions, fifoParameters, isFifo, limitsOf, type Queue, withoutTracing } from './send.ts';

/** The most entries that SQS takes in one request. */
const MAX_ENTRIES = 10;
/** The most bytes in one request, bodies and attributes together: what servers with SQS's former limit take, too. */
export const MAX_REQUEST_BYTES = 262_144;

/** One message of a batch. */
export interface BatchEntry extends FifoOptions {
  body: MessageBody;
  attributes?: MessageAttributes;
  /** The context that the message continues; the active context by default. */
  parent?: Context;
}

/** An entry that the queue refused; with `senderFault` a retry cannot succeed. */
export class EntryRefused extends Error {
  override name = 'EntryRefused';
  readonly code: string;
  readonly senderFault: boolean;
  constructor(code: string, message: string, senderFault: boolean) {
    super(message);
    this.code = code;
    this.senderFault = senderFault;
  }
}

/** A message to be sent. Its span ends when the queue has accepted or refused it. */
interface Created {
  span: Span;
  ctx: Context;
  request: SendMessageBatchRequestEntry;
}

/** The code of an entry of a FIFO queue that was not sent, because an earlier message of its group was refused. */
export const EARLIER_MESSAGE_REFUSED = 'EarlierMessageRefused';

/**
 * Sends any number of messages, in as few requests as SQS allows. Resolves to one result per entry, in order: its message id,
 * or the reason why it was not sent; never rejects, since other entries may have been sent. On a FIFO queue no request is
 * sent with a message whose group has one in an earlier request that was refused: that would change the order.
 */
export async function sendBatch(
  sqs: SQSClient,
  queue: Queue,
  entries: readonly BatchEntry[],
): Promise<PromiseSettledResult<string>[]> {
  const created = entries.map((entry, index) => create(queue, entry, String(index)));
  const refusedGroups = new Set<string | undefined>();
  const outcomes: PromiseSettledResult<string>[] = [];
  for (const chunk of chunks(created)) {
    const sent = chunk.filter(({ request }) => !refusedGroups.has(request.MessageGroupId));
    const results = sent.length > 0 ? await send(sqs, queue, sent) : [];
    for (const item of chunk) {
      const outcome = results[sent.indexOf(item)] ?? notSent(item);
      outcomes.push(outcome);
      if (sent.includes(item)) countOutcome(queue, outcome);
      if (outcome.status === 'fulfilled') item.span.setAttribute('messaging.message.id', outcome.value);
      else {
        recordError(item.span, outcome.reason);
        if (isFifo(queue)) refusedGroups.add(item.request.MessageGroupId);
      }
      item.span.end();
    }
  }
  return outcomes;
}

function countOutcome({ name: destination }: Queue, outcome: PromiseSettledResult<string>): void {
  const error = outcome.status === 'rejected' ? outcome.reason : undefined;
  const type = error instanceof EntryRefused ? error.code : error && errorTypeOf(error);
  countSent({ system: 'aws.sqs', operation: 'send', destination }, type);
}

function notSent({ request }: Created): PromiseRejectedResult {
  const text = `not sent: an earlier message of the group ${request.MessageGroupId} was refused`;
  return { status: 'rejected', reason: new EntryRefused(EARLIER_MESSAGE_REFUSED, text, false) };
}

function create(
  queue: Queue,
  { body, attributes, parent = context.active(), ...fifo }: BatchEntry,
  Id: string,
): Created {
  const init = {
    kind: SpanKind.PRODUCER,
    parent,
    attributes: messagingAttributes('aws.sqs', 'create', queue.name),
  };
  const { span, ctx } = startSpan(`create ${queue.name}`, init);
  const request = context.with(ctx, () => ({
    Id,
    ...carryContext(body, attributes, limitsOf(queue, fifo)),
    ...fifoParameters(fifo),
  }));
  if (span.isRecording()) span.setAttributes(sendAttributes(request, attributes));
  return { span, ctx, request };
}

/** One request, in a CLIENT span that links every message in it. */
async function send(
  sqs: SQSClient,
  queue: Queue,
  chunk: readonly Created[],
): Promise<PromiseSettledResult<string>[]> {
  const init = {
    kind: SpanKind.CLIENT,
    links: chunk.flatMap(({ ctx }) => linkTo(ctx)),
    attributes: {
      ...messagingAttributes('aws.sqs', 'send', queue.name),
      'messaging.batch.message_count': chunk.length,
    },
  };
  const Entries = chunk.map(({ request }) => request);
  const command = new SendMessageBatchCommand({ QueueUrl: queue.url, Entries });
  const all = (reason: unknown) => chunk.map(() => ({ status: 'rejected' as const, reason }));
  const what = { system: 'aws.sqs', operation: 'send', destination: queue.name } as const;
  return withSpan(`send ${queue.name}`, init, async (span) => {
    const request = () => withoutTracing(() => sqs.send(command));
    const { Successful = [], Failed = [] } = await measured(what, request, span);
    return Entries.map(({ Id }) => {
      const sent = Successful.find((entry) => entry.Id === Id);
      if (sent) return { status: 'fulfilled' as const, value: sent.MessageId ?? '' };
      const { Code = 'Unknown', Message = Code, SenderFault = false } = Failed.find((e) => e.Id === Id) ?? {};
      return { status: 'rejected' as const, reason: new EntryRefused(Code, Message, SenderFault) };
    });
  }).catch(all);
}

/** In order, as many to a request as SQS takes. */
function chunks(created: readonly Created[]): Created[][] {
  const result: Created[][] = [];
  let bytes = 0;
  for (const item of created) {
    const size = bytesOf(item.request);
    const last = result.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + size <= MAX_REQUEST_BYTES) {
      last.push(item);
      bytes += size;
    } else {
      result.push([item]);
      bytes = size;
    }
  }
  return result;
}
