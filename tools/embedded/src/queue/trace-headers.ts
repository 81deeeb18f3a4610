// The system attribute AWSTraceHeader, which fauxqs ignores. It is kept in memory, so a restart of the queue loses it.
import type { SqsApp } from './sqs-app.ts';

/** Messages whose header is kept, the newest. */
const MAX_HEADERS = 100_000;

interface Sent {
  Id?: string;
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue?: string } };
}
type Body = Sent & { Entries?: Sent[]; MessageSystemAttributeNames?: string[] };
type Answer = { Id?: string; MessageId?: string; Attributes?: Record<string, string> };
type Answers = Answer & { Successful?: Answer[]; Messages?: Answer[] };

/** Stores the header of each message that is sent, and returns it to a receive that names it. */
export function keepTraceHeaders(app: SqsApp): void {
  const headers = new Map<string, string>();
  const keep = (sent: Sent | undefined, { MessageId = '' }: Answer) => {
    const header = sent?.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
    if (header) headers.set(MessageId, header);
    const [oldest] = headers.keys();
    if (headers.size > MAX_HEADERS && oldest !== undefined) headers.delete(oldest);
  };
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const body = (request.body ?? {}) as Body;
    const answer = (payload ?? {}) as Answers;
    if (answer.MessageId) keep(body, answer);
    for (const sent of answer.Successful ?? [])
      keep(
        body.Entries?.find(({ Id }) => Id === sent.Id),
        sent,
      );
    const isNamed = body.MessageSystemAttributeNames?.some(
      (name) => name === 'All' || name === 'AWSTraceHeader',
    );
    for (const message of isNamed ? (answer.Messages ?? []) : []) {
      const AWSTraceHeader = headers.get(message.MessageId ?? '');
      if (AWSTraceHeader) message.Attributes = { ...message.Attributes, AWSTraceHeader };
    }
    return payload;
  });
}
