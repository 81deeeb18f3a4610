// Reads the context of a received SQS message from the first place that names a trace (docs/sqs.md lists them).
import type { Message } from '@aws-sdk/client-sqs';
import { type Context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { extractContext } from '../context/carrier.ts';
import { parsedOrUndefined, propertyOf } from '../json.ts';
import {
  ATTR_MESH_CONTEXT_IGNORED,
  ATTR_MESH_CONTEXT_PLACE,
  ATTR_MESH_RECEIVED_ATTRIBUTES,
  ATTR_MESH_USER_ATTRIBUTES,
} from '../spans/attributes.ts';
import { carrierOf, contextAttributes, type MessageAttributes, type OutgoingMessage } from './carrier.ts';
import { readTraceHeader } from './trace-header.ts';

/** Attributes with the context of other tracers, which is read only where OTEL_PROPAGATORS names their format. */
const FOREIGN_ATTRIBUTES = ['b3', 'x-b3-traceid', '_datadog', 'otel.traceparent', 'uber-trace-id'];

type Place = 'attributes' | 'sns' | 'body' | 'aws-trace-header' | 'none';

/** The sender's context from a received message. */
export const extractFromMessage = (received: Message): Context => find(received).ctx;

/** The first place that names a trace; where none does, the first that names baggage or an MCP context. */
function find(received: Message): { place: Place; ctx: Context } {
  const body = () => parse(received.Body);
  const places: [Place, () => unknown][] = [
    ['attributes', () => carrierOf(received.MessageAttributes)],
    ['sns', () => carrierOf(snsAttributes(body()))],
    ['body', () => propertyOf(body(), 'trace')],
    ['body', () => propertyOf(parse(propertyOf(body(), 'Message')), 'trace')],
  ];
  let ctx = ROOT_CONTEXT;
  for (const [place, carrier] of places) {
    const found = extractContext(carrier());
    if (trace.getSpanContext(found)) return { place, ctx: found };
    if (ctx === ROOT_CONTEXT) ctx = found;
  }
  // Without a propagator tracing is off, or is to read nothing.
  const sender = propagation.fields().length > 0 ? readTraceHeader(received) : undefined;
  return sender
    ? { place: 'aws-trace-header', ctx: trace.setSpanContext(ctx, sender) }
    : { place: 'none', ctx };
}

const parse = (text: unknown) => (typeof text === 'string' ? parsedOrUndefined(text) : undefined);

/**
 * The context attributes in an SNS notification: unless the subscription has raw message delivery on, they are in the body,
 * Binary ones in base64. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
function snsAttributes(body: unknown): MessageAttributes {
  if (propertyOf(body, 'Type') !== 'Notification') return {};
  const attributes = contextAttributes().flatMap((name) => {
    const attribute = propertyOf(propertyOf(body, 'MessageAttributes'), name);
    const value = propertyOf(attribute, 'Value');
    if (typeof value !== 'string') return [];
    const isBinary = propertyOf(attribute, 'Type') === 'Binary';
    const StringValue = isBinary ? Buffer.from(value, 'base64').toString() : value;
    return [[name, { DataType: 'String', StringValue }]];
  });
  return Object.fromEntries(attributes);
}

/** The attributes of the sender's span: where the context is, and how many attributes of the user's there are, `own`. */
export const sendAttributes = (
  { MessageBody: Body, MessageAttributes, MessageSystemAttributes }: OutgoingMessage,
  own: MessageAttributes = {},
) => ({
  [ATTR_MESH_CONTEXT_PLACE]: find({
    Body,
    MessageAttributes,
    Attributes: { AWSTraceHeader: MessageSystemAttributes?.AWSTraceHeader.StringValue ?? '' },
  }).place,
  [ATTR_MESH_USER_ATTRIBUTES]: Object.keys(own).filter((name) => !contextAttributes().includes(name)).length,
});

/** The attributes of the consumer's span; beside the sender's they show where a context was lost. */
export function receiveAttributes(received: Message) {
  const names = Object.keys(received.MessageAttributes ?? {});
  const isIgnored = (name: string) =>
    FOREIGN_ATTRIBUTES.includes(name.toLowerCase()) && !propagation.fields().includes(name);
  const ignored = names.filter(isIgnored);
  return {
    [ATTR_MESH_CONTEXT_PLACE]: find(received).place,
    [ATTR_MESH_RECEIVED_ATTRIBUTES]: names.length,
    ...(ignored.length > 0 && { [ATTR_MESH_CONTEXT_IGNORED]: ignored }),
  };
}
