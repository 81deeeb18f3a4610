// How context lies in an SQS message. SQS allows ten attributes and they are the user's, so we spend one, three more only
// where there is something to carry; with no room left, the context goes into the body's own field `trace`.
import type { Message, MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { type Carrier, extractContext, injectContext } from '../context/carrier.ts';
import { parsedOrUndefined } from '../json.ts';
import {
  ATTR_MESH_CONTEXT_PLACE,
  ATTR_MESH_RECEIVED_ATTRIBUTES,
  ATTR_MESH_USER_ATTRIBUTES,
} from '../spans/attributes.ts';

/** The most attributes that SQS takes with a message. */
export const MAX_ATTRIBUTES = 10;

/** A message's attributes by name, as the AWS SDK writes them. */
export type MessageAttributes = Record<string, MessageAttributeValue>;
/** A message body: a JSON object, so that there is a place for `trace`. */
export type MessageBody = Record<string, unknown>;

const W3C = ['traceparent', 'tracestate', 'baggage'];
const MCP = 'x-mcp-context';

/** The attributes that carry the context. SQS returns none that is not asked for, by its name or as one of `All`. */
export const CONTEXT_ATTRIBUTES = [...W3C, MCP];

/** The context of the running work as message attributes: `traceparent`, and `tracestate`, `baggage`, MCP where set. */
export function injectIntoAttributes(carrier: Carrier = injectContext('sqs')): MessageAttributes {
  const mcp = new URLSearchParams(mcpOnly(Object.entries(carrier)));
  const all: Carrier = { ...carrier, [MCP]: mcp.toString() };
  return Object.fromEntries(
    CONTEXT_ATTRIBUTES.filter((key) => all[key]).map((key) => [
      key,
      { DataType: 'String', StringValue: all[key] },
    ]),
  );
}

/**
 * The message, with the context of the running work: in its attributes, or, where they would be more than ten, in the
 * body's `trace`. A context that the user has set by name is the user's decision and stays.
 */
export function carryContext(body: MessageBody, attributes: MessageAttributes = {}) {
  if (CONTEXT_ATTRIBUTES.some((key) => key in attributes)) return message(body, attributes);
  const needed = Object.keys(injectIntoAttributes(injectContext())).length;
  if (needed > 0 && Object.keys(attributes).length + needed > MAX_ATTRIBUTES) {
    return message({ ...body, trace: injectContext('sqs-body') }, attributes);
  }
  return message(body, { ...injectIntoAttributes(), ...attributes });
}

/** Without attributes the field is absent, as in a message that the plain SDK sends. */
const message = (body: MessageBody, MessageAttributes: MessageAttributes) => ({
  MessageBody: JSON.stringify(body),
  ...(Object.keys(MessageAttributes).length > 0 && { MessageAttributes }),
});

/** The sender's context from a received message. The body's is read only where the attributes name no trace. */
export function extractFromMessage({ MessageAttributes, Body = '' }: Message): Context {
  const value = (key: string) => MessageAttributes?.[key]?.StringValue ?? '';
  const carrier = Object.fromEntries(W3C.map((key) => [key, value(key)]));
  const ctx = extractContext({ ...carrier, ...Object.fromEntries(mcpOnly(new URLSearchParams(value(MCP)))) });
  if (trace.getSpanContext(ctx)) return ctx;
  const inBody = extractContext(traceOf(Body));
  return inBody === ROOT_CONTEXT ? ctx : inBody;
}

/** Where the trace of a message stands. One that is malformed counts as none, as it does for who reads it. */
function contextPlace({ MessageAttributes, Body = '' }: Message): 'attributes' | 'body' | 'none' {
  const isTrace = (carrier: unknown) => trace.getSpanContext(extractContext(carrier)) !== undefined;
  if (isTrace({ traceparent: MessageAttributes?.traceparent?.StringValue })) return 'attributes';
  return isTrace(traceOf(Body)) ? 'body' : 'none';
}

/** What the sender's span says of a message as it goes out, `own` being the user's attributes. */
export const sendAttributes = (
  {
    MessageBody: Body,
    MessageAttributes,
  }: Pick<SendMessageCommandInput, 'MessageBody' | 'MessageAttributes'>,
  own: MessageAttributes = {},
) => ({
  [ATTR_MESH_CONTEXT_PLACE]: contextPlace({ Body, MessageAttributes }),
  [ATTR_MESH_USER_ATTRIBUTES]: Object.keys(own).filter((key) => !CONTEXT_ATTRIBUTES.includes(key)).length,
});

/** What the consumer's span says of a message as it came in: with the sender's, it tells where a context was lost. */
export const receiveAttributes = (received: Message) => ({
  [ATTR_MESH_CONTEXT_PLACE]: contextPlace(received),
  [ATTR_MESH_RECEIVED_ATTRIBUTES]: Object.keys(received.MessageAttributes ?? {}).length,
});

const mcpOnly = (entries: Iterable<[string, string]>) =>
  [...entries].filter(([key]) => key.startsWith('x-mcp-'));

/** No JSON, no context; whether such a message can be worked on is the handler's decision. */
const traceOf = (body: string): unknown => (parsedOrUndefined(body) as { trace?: unknown } | null)?.trace;
