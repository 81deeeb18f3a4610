// Many messages in one request. Teaches: each entry has a span and a context of its own (the messages of a batch belong to
// different traces), and an entry can fail while its neighbours are sent.
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Context, context, type Span, SpanKind } from '@opentelemetry/api';
import { linkTo, recordError, startSpan, withSpan } from '../spans/span.ts';
import { carryContext, type MessageAttributes, type MessageBody, sendAttributes } from './carrier.ts';
import { messaging, type Queue, withoutTracing } from './send.ts';

/** The most entries that SQS takes in one request. */
const MAX_ENTRIES = 10;
/** The most bytes in one request, bodies and attributes together: what every version of SQS takes. */
export const MAX_REQUEST_BYTES = 262_144;

/** One message of a batch, with a context of its own where it belongs to another trace. */
export interface BatchEntry {
  body: MessageBody;
  attributes?: MessageAttributes;
  /** The context that the message continues; by default that of the running work. */
  parent?: Context;
}

/** One entry that the queue refused; `senderFault` says that sending it again cannot help. */
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

/** A message in the making: its span stays open until the queue has said what became of it. */
interface Created {
  span: Span;
  ctx: Context;
  request: SendMessageBatchRequestEntry;
}

/**
 * Sends any number of messages, in as few requests as SQS allows. Answers what became of each, in order: its message id,
 * or why it was not sent. Never rejects: of entries that went out one cannot say that nothing happened.
 */
export async function sendBatch(
  sqs: SQSClient,
  queue: Queue,
  entries: readonly BatchEntry[],
): Promise<PromiseSettledResult<string>[]> {
  const created = entries.map((entry, index) => create(queue, entry, String(index)));
  const outcomes: PromiseSettledResult<string>[] = [];
  for (const chunk of chunks(created)) outcomes.push(...(await send(sqs, queue, chunk)));
  for (const [index, { span }] of created.entries()) {
    const outcome = outcomes[index];
    if (outcome?.status === 'fulfilled') span.setAttribute('messaging.message.id', outcome.value);
    if (outcome?.status === 'rejected') recordError(span, outcome.reason);
    span.end();
  }
  return outcomes;
}

function create(
  queue: Queue,
  { body, attributes, parent = context.active() }: BatchEntry,
  Id: string,
): Created {
  const init = { kind: SpanKind.PRODUCER, parent, attributes: messaging('create', queue) };
  const { span, ctx } = startSpan(`create ${queue.name}`, init);
  const request = context.with(ctx, () => ({ Id, ...carryContext(body, attributes) }));
  span.setAttributes(sendAttributes(request, attributes));
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
    attributes: { ...messaging('send', queue), 'messaging.batch.message_count': chunk.length },
  };
  const Entries = chunk.map(({ request }) => request);
  const command = new SendMessageBatchCommand({ QueueUrl: queue.url, Entries });
  const all = (reason: unknown) => chunk.map(() => ({ status: 'rejected' as const, reason }));
  return withSpan(`send ${queue.name}`, init, async () => {
    const { Successful = [], Failed = [] } = await withoutTracing(() => sqs.send(command));
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
    const size = Buffer.byteLength(JSON.stringify(item.request));
    const last = result.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + size <= MAX_REQUEST_BYTES) last.push(item);
    else result.push([item]);
    bytes = result.at(-1)?.length === 1 ? size : bytes + size;
  }
  return result;
}
