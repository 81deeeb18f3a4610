// The attributes of messages, as AWS returns them: those that a receive names; and the system attributes that fauxqs does not
// store, AWSTraceHeader, and DeadLetterQueueSourceArn, which SQS sets when it moves a dead letter.
import { type Message, md5OfMessageAttributes, type SqsApp, type Store } from './fauxqs.ts';

export interface SystemAttributes {
  AWSTraceHeader?: string;
  DeadLetterQueueSourceArn?: string;
}
type Attributed = Pick<Message, 'messageAttributes'>;

/** By the object with the message attributes: fauxqs passes it on from the request to its queues, and copies no other field. */
const known = new WeakMap<object, SystemAttributes>();

export const systemAttributesOf = ({ messageAttributes }: Attributed): SystemAttributes =>
  known.get(messageAttributes) ?? {};

export function setSystemAttributes({ messageAttributes }: Attributed, attributes: SystemAttributes): void {
  known.set(messageAttributes, attributes);
}

interface Sent {
  MessageAttributes?: Message['messageAttributes'];
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue?: string } };
}
interface Body extends Sent {
  QueueUrl?: string;
  Entries?: Sent[];
  AttributeNames?: string[];
  MessageAttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
}
interface Received {
  ReceiptHandle: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Message['messageAttributes'];
  MD5OfMessageAttributes?: string;
}

/** Stores the header of each message that is sent, and returns to a receive the attributes that it names. */
export function keepAttributes(app: SqsApp, store: Store): void {
  app.addHook('preHandler', async (request) => {
    const body = (request.body ?? {}) as Body;
    for (const sent of [body, ...(body.Entries ?? [])]) {
      const AWSTraceHeader = sent.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
      if (!AWSTraceHeader) continue;
      sent.MessageAttributes ??= {};
      setSystemAttributes({ messageAttributes: sent.MessageAttributes }, { AWSTraceHeader });
    }
  });
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const body = (request.body ?? {}) as Body;
    const { Messages = [] } = (payload ?? {}) as { Messages?: Received[] };
    const queue = Messages.length > 0 ? store.getQueue(body.QueueUrl ?? '') : undefined;
    for (const received of Messages) {
      const message = queue?.inflightMessages.get(received.ReceiptHandle)?.message;
      if (message) returnNamed(received, message, body);
    }
    return payload;
  });
}

function returnNamed(received: Received, message: Message, body: Body): void {
  const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = body;
  const system = named(systemAttributesOf(message), [...AttributeNames, ...MessageSystemAttributeNames]);
  if (Object.keys(system).length > 0) received.Attributes = { ...received.Attributes, ...system };

  const attributes = named(message.messageAttributes, MessageAttributeNames);
  delete received.MessageAttributes;
  delete received.MD5OfMessageAttributes;
  if (Object.keys(attributes).length === 0) return;
  received.MessageAttributes = attributes;
  received.MD5OfMessageAttributes = md5OfMessageAttributes(attributes);
}

/** `All`, `.*`, a name, or a prefix such as `bar.*`. */
function named<T extends object>(attributes: T, names: string[]): T {
  const isNamed = (attribute: string) =>
    names.some((name) => {
      if (name === 'All') return true;
      return name.endsWith('.*') ? attribute.startsWith(name.slice(0, -2)) : name === attribute;
    });
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isNamed(name))) as T;
}
