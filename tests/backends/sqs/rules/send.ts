import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { attributes, type Backend, codeOf, text } from '../backend.ts';
import type { Rule } from '../rule.ts';

const SEND = 'APIReference/API_SendMessage.html';
const BATCH = 'APIReference/API_SendMessageBatch.html';
const ATTRIBUTES = 'SQSDeveloperGuide/sqs-message-metadata.html';
const INVALID = 'InvalidParameterValue';
const MAX_BYTES = 1_048_576;
const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const traceHeader = { AWSTraceHeader: text(TRACE_HEADER) };

/** The codes of one request for each of `messages`. */
async function codes(at: Backend, messages: Parameters<Backend['send']>[1][], queueAttributes = {}) {
  const queue = await at.queue(queueAttributes);
  const all: string[] = [];
  for (const message of messages) all.push(await codeOf(at.send(queue, message)));
  return all;
}

const named = (name: string) => ({ MessageAttributes: { [name]: text('v') } });
const valued = (DataType: string, StringValue: string) => ({
  MessageAttributes: { a: { DataType, StringValue } },
});
const refused = (Id: string) => ({ Id, Code: INVALID, SenderFault: true });

async function batchCode(at: Backend, ids: string[]) {
  const { url: QueueUrl } = await at.queue();
  const Entries = ids.map((Id) => ({ Id, MessageBody: 'b' }));
  return codeOf(at.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
}

export const send: Rule[] = [
  {
    title: 'a message takes ten attributes, not eleven',
    source: ATTRIBUTES,
    observe: (at) =>
      codes(at, [{ MessageAttributes: attributes(10) }, { MessageAttributes: attributes(11) }]),
    sqs: ['accepted', INVALID],
    localstack: ['accepted', 'accepted'],
  },
  {
    title: 'of a batch only the entry with eleven attributes fails',
    source: BATCH,
    observe: async (at) => at.sendBatch(await at.queue(), [{}, { MessageAttributes: attributes(11) }]),
    sqs: { sent: ['0'], failed: [refused('1')] },
    localstack: { sent: ['0', '1'], failed: [] },
  },
  {
    title: 'a message is delayed by at most 900 s',
    source: SEND,
    observe: (at) => codes(at, [{ DelaySeconds: 900 }, { DelaySeconds: 901 }]),
    sqs: ['accepted', INVALID],
    localstack: ['accepted', 'accepted'],
  },
  {
    title: 'of a batch only the entry with a delay of 901 s fails',
    source: BATCH,
    observe: async (at) => at.sendBatch(await at.queue(), [{}, { DelaySeconds: 901 }]),
    sqs: { sent: ['0'], failed: [refused('1')] },
    localstack: { sent: ['0', '1'], failed: [] },
  },
  {
    title: 'a message without a body is refused',
    source: SEND,
    observe: (at) => codes(at, [{ MessageBody: '' }]),
    sqs: ['MissingParameter'],
  },
  {
    title: 'of a batch only the entry without a body fails',
    source: BATCH,
    async observe(at) {
      const { sent, failed } = await at.sendBatch(await at.queue(), [{}, { MessageBody: '' }]);
      return { sent, failed: failed.map(({ Id, SenderFault }) => ({ Id, SenderFault })) };
    },
    sqs: { sent: ['0'], failed: [{ Id: '1', SenderFault: true }] },
  },
  {
    title: 'name, type and value of an attribute are not empty',
    source: ATTRIBUTES,
    observe: (at) => codes(at, [named(''), valued('', 'v'), valued('String', '')]),
    sqs: [INVALID, INVALID, INVALID],
    localstack: ['accepted', INVALID, INVALID],
  },
  {
    title: 'an attribute name has up to 256 letters, digits, underscores, hyphens and single inner periods',
    source: ATTRIBUTES,
    observe: (at) =>
      codes(at, [named('a.b-c_D1'), ...['a b', 'a..b', '.a', 'a.', 'a'.repeat(257)].map(named)]),
    sqs: ['accepted', INVALID, INVALID, INVALID, INVALID, INVALID],
    localstack: ['accepted', INVALID, 'accepted', INVALID, INVALID, INVALID],
  },
  {
    title: 'an attribute name does not begin with AWS. or Amazon.',
    source: ATTRIBUTES,
    observe: (at) => codes(at, [named('AWS.mine'), named('amazon.mine')]),
    sqs: [INVALID, INVALID],
  },
  {
    title: 'an attribute is a String, a Number or Binary, with a custom label',
    source: ATTRIBUTES,
    observe: (at) =>
      codes(at, [valued('Number.money', '-12.5e3'), valued('Text', 'x'), valued('Number', 'ten')]),
    sqs: ['accepted', INVALID, INVALID],
    localstack: ['accepted', INVALID, 'accepted'],
  },
  {
    title: 'a body with a control character is refused',
    source: SEND,
    observe: (at) => codes(at, [{ MessageBody: 'a\u0001b' }, { MessageBody: 'a\tb\n\u{1f680}' }]),
    sqs: ['InvalidMessageContents', 'accepted'],
  },
  {
    title: 'a message has at most 1 MiB',
    source: SEND,
    observe: (at) =>
      codes(at, [{ MessageBody: 'x'.repeat(MAX_BYTES) }, { MessageBody: 'x'.repeat(MAX_BYTES + 1) }]),
    sqs: ['accepted', INVALID],
  },
  {
    title: 'the size of a message includes its attributes, but not its system attribute',
    source: SEND,
    observe: (at) => {
      const MessageBody = 'x'.repeat(1_024);
      const more = [{ MessageSystemAttributes: traceHeader }, { MessageAttributes: attributes(1) }];
      return codes(
        at,
        more.map((own) => ({ MessageBody, ...own })),
        { MaximumMessageSize: '1024' },
      );
    },
    sqs: ['accepted', INVALID],
  },
  {
    title: 'the system attribute AWSTraceHeader is stored with a message and with an entry of a batch',
    source: SEND,
    async observe(at) {
      const queue = await at.queue();
      await at.send(queue, { MessageSystemAttributes: traceHeader });
      await at.sendBatch(queue, [{ MessageSystemAttributes: traceHeader }]);
      const received = [await at.receiveOne(queue), await at.receiveOne(queue)];
      return received.map(({ Attributes }) => Attributes?.AWSTraceHeader);
    },
    sqs: [TRACE_HEADER, TRACE_HEADER],
  },
  {
    title: 'no other system attribute is accepted',
    source: SEND,
    observe: (at) => codes(at, [{ MessageSystemAttributes: { Mine: text('v') } as never }]),
    sqs: [INVALID],
    localstack: ['accepted'],
  },
  {
    title: 'a batch has one to ten entries',
    source: BATCH,
    observe: async (at) => [await batchCode(at, []), await batchCode(at, Array.from('abcdefghijk'))],
    sqs: ['EmptyBatchRequest', 'TooManyEntriesInBatchRequest'],
  },
  {
    title: 'the ids of a batch are distinct, and letters, digits, hyphens and underscores',
    source: BATCH,
    observe: async (at) => [await batchCode(at, ['a', 'a']), await batchCode(at, ['a b'])],
    sqs: ['BatchEntryIdsNotDistinct', 'InvalidBatchEntryId'],
  },
];
