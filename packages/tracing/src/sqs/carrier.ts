// The context in an SQS message: in the message attributes, of which SQS takes ten, else in the body's field `trace`, else in
// the system attribute `AWSTraceHeader`, which counts towards no limit. decisions/028-sqs-carriers.md
import type {
  Message,
  MessageAttributeValue,
  MessageSystemAttributeValue,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { AWSXRAY_TRACE_ID_HEADER, AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { type Carrier, extractContext, injectContext } from '../context/carrier.ts';
import { parsedOrUndefined } from '../json.ts';
import {
  ATTR_MESH_CONTEXT_DROPPED,
  ATTR_MESH_CONTEXT_IGNORED,
  ATTR_MESH_CONTEXT_PLACE,
  ATTR_MESH_RECEIVED_ATTRIBUTES,
  ATTR_MESH_USER_ATTRIBUTES,
} from '../spans/attributes.ts';

/** The most attributes that SQS takes with a message. */
export const MAX_ATTRIBUTES = 10;
/** The largest message that SQS takes, in bytes: body, and names, types and values of the attributes. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** The same until August 2025, and in servers that emulate it. */
const FORMER_MAX_MESSAGE_BYTES = 262_144;

/** A message's attributes by name, as the AWS SDK writes them. */
export type MessageAttributes = Record<string, MessageAttributeValue>;
/** A message body: a JSON object, so that there is a place for `trace`. */
export type MessageBody = Record<string, unknown>;
/** The part of a `SendMessageCommand`, or of a batch entry, that can carry context. */
export interface OutgoingMessage {
  MessageBody: string;
  MessageAttributes?: MessageAttributes;
  MessageSystemAttributes?: { AWSTraceHeader: MessageSystemAttributeValue };
}
export interface CarryOptions {
  /** The queue's `MaximumMessageSize` in bytes. Where it is not given, no message is pushed over either limit of SQS. */
  maxMessageBytes?: number | undefined;
  /** True where the queue deduplicates by a hash of the body, which the context must not change. */
  isDeduplicatedByBody?: boolean;
}

const MCP = 'x-mcp-context';
/** The attributes that carry the context, the most important first. SQS returns only those that the receiver names. */
export const CONTEXT_ATTRIBUTES = ['traceparent', 'tracestate', MCP, 'baggage'];
/** Attributes with other libraries' context, which is not read. */
const FOREIGN_ATTRIBUTES = ['b3', 'X-B3-TraceId', '_datadog', 'otel.traceparent', 'uber-trace-id'];

const xray = new AWSXRayPropagator();

/** The context of the running work as message attributes: `traceparent`, and `tracestate`, MCP, `baggage` where set. */
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
 * The message with the context of the running work: in the attributes, or, where those have no room, in the body's `trace`.
 * A context of an earlier sender, known by a valid `traceparent`, is replaced; attributes and a `trace` of the user's with
 * the same names stay. Where neither place takes all of it, the attributes that fit are written, and the trace as
 * `AWSTraceHeader`; `mesh.messaging.context_dropped` on the running span names what was left out.
 */
export function carryContext(
  body: MessageBody,
  attributes: MessageAttributes = {},
  { maxMessageBytes, isDeduplicatedByBody = false }: CarryOptions = {},
): OutgoingMessage {
  const given = message(body, attributes);
  const planned = injectIntoAttributes(injectContext());
  const names = Object.keys(planned);
  if (names.length === 0) return given;

  const limits = maxMessageBytes ? [maxMessageBytes] : [FORMER_MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES];
  const fits = (candidate: OutgoingMessage) =>
    Object.keys(candidate.MessageAttributes ?? {}).length <= MAX_ATTRIBUTES &&
    limits.every((limit) => bytesOf(given) > limit || bytesOf(candidate) <= limit);
  const ownAttributes = hasTrace(attributes) ? omit(attributes, CONTEXT_ATTRIBUTES) : attributes;
  const ownBody = isTrace(body.trace) ? omit(body, ['trace']) : body;

  if (
    !names.some((name) => name in ownAttributes) &&
    fits(message(ownBody, { ...ownAttributes, ...planned }))
  )
    return message(ownBody, { ...ownAttributes, ...injectIntoAttributes() });
  if (
    !('trace' in ownBody || isDeduplicatedByBody) &&
    fits(message({ ...ownBody, trace: injectContext() }, ownAttributes))
  )
    return message({ ...ownBody, trace: injectContext('sqs-body') }, ownAttributes);

  const injected = injectIntoAttributes();
  let MessageAttributes = ownAttributes;
  for (const [name, value] of Object.entries(injected)) {
    const more = { ...MessageAttributes, [name]: value };
    if (!(name in ownAttributes) && fits(message(ownBody, more))) MessageAttributes = more;
  }
  const dropped = names.filter((name) => MessageAttributes[name] !== injected[name]);
  trace.getActiveSpan()?.setAttribute(ATTR_MESH_CONTEXT_DROPPED, dropped);
  const rest = message(ownBody, MessageAttributes);
  return dropped.includes('traceparent') ? { ...rest, ...traceHeader() } : rest;
}

/** Without attributes the field is absent, as in a message that the plain SDK sends. */
const message = (body: MessageBody, MessageAttributes: MessageAttributes): OutgoingMessage => ({
  MessageBody: JSON.stringify(body),
  ...(Object.keys(MessageAttributes).length > 0 && { MessageAttributes }),
});

const omit = <T extends object>(from: T, keys: readonly string[]): T =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key))) as T;

/** A message's size in bytes as SQS counts it; system attributes do not count. */
export function bytesOf({
  MessageBody = '',
  MessageAttributes = {},
}: Partial<SendMessageCommandInput>): number {
  const parts = Object.entries(MessageAttributes).flatMap(
    ([name, { DataType = '', StringValue = '', BinaryValue = new Uint8Array() }]) => [
      ...[name, DataType, StringValue].map((text) => Buffer.byteLength(text)),
      BinaryValue.byteLength,
    ],
  );
  return parts.reduce((sum, size) => sum + size, Buffer.byteLength(MessageBody));
}

/** The trace alone, in AWS's own format: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html */
function traceHeader(): Pick<OutgoingMessage, 'MessageSystemAttributes'> {
  const carrier: Carrier = {};
  xray.inject(context.active(), carrier, defaultTextMapSetter);
  const StringValue = carrier[AWSXRAY_TRACE_ID_HEADER];
  return StringValue
    ? { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue } } }
    : {};
}

/** The sender's context from a received message. */
export const extractFromMessage = (received: Message): Context => find(received).ctx;

type Place = 'attributes' | 'sns' | 'body' | 'aws-trace-header' | 'none';

/** The first place that names a trace; where none does, the first that names baggage or an MCP context. */
function find({ MessageAttributes, Body = '', Attributes }: Message): { place: Place; ctx: Context } {
  const body = () => parsedOrUndefined(Body) as Body;
  const places: [Place, () => Context][] = [
    ['attributes', () => fromAttributes(MessageAttributes)],
    ['sns', () => fromAttributes(snsAttributes(body()))],
    ['body', () => extractContext(body()?.trace)],
    ['body', () => extractContext((parsedOrUndefined(String(body()?.Message)) as Body)?.trace)],
  ];
  let ctx = ROOT_CONTEXT;
  for (const [place, read] of places) {
    const found = read();
    if (trace.getSpanContext(found)) return { place, ctx: found };
    if (ctx === ROOT_CONTEXT) ctx = found;
  }
  const header = { [AWSXRAY_TRACE_ID_HEADER]: Attributes?.AWSTraceHeader };
  const sender = trace.getSpanContext(xray.extract(ROOT_CONTEXT, header, defaultTextMapGetter));
  return sender
    ? { place: 'aws-trace-header', ctx: trace.setSpanContext(ctx, sender) }
    : { place: 'none', ctx };
}

/** What any body may be, after JSON.parse. */
type Body = Record<string, unknown> | null | undefined;

/** The message attributes of an SNS notification, which stand in the body unless the subscription has raw delivery on. */
function snsAttributes(body: Body): MessageAttributes {
  const entries = body?.Type === 'Notification' ? Object.entries(body.MessageAttributes ?? {}) : [];
  return Object.fromEntries(
    entries.map(([name, attribute]) => {
      const { Type, Value } = (attribute ?? {}) as Record<string, unknown>;
      const text = typeof Value === 'string' ? Value : '';
      return [name, { DataType: 'String', StringValue: Type === 'Binary' ? decode(text) : text }];
    }),
  );
}
const decode = (base64: string) => Buffer.from(base64, 'base64').toString();

function fromAttributes(attributes: MessageAttributes = {}): Context {
  const text = (key: string) => {
    const { StringValue, BinaryValue } = attributes[key] ?? {};
    return StringValue ?? Buffer.from(BinaryValue ?? []).toString();
  };
  const mcp = Object.fromEntries(mcpOnly(new URLSearchParams(text(MCP))));
  const [traceparent, tracestate, baggage] = [text('traceparent'), text('tracestate'), text('baggage')];
  return extractContext({ traceparent, tracestate, baggage, ...mcp });
}

const hasTrace = (attributes: MessageAttributes) =>
  trace.getSpanContext(fromAttributes(attributes)) !== undefined;
const isTrace = (carrier: unknown) => trace.getSpanContext(extractContext(carrier)) !== undefined;

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
  [ATTR_MESH_USER_ATTRIBUTES]: Object.keys(own).filter((key) => !CONTEXT_ATTRIBUTES.includes(key)).length,
});

/** The attributes of the consumer's span; beside the sender's they show where a context was lost. */
export function receiveAttributes(received: Message) {
  const names = Object.keys(received.MessageAttributes ?? {});
  const ignored = names.filter((name) => FOREIGN_ATTRIBUTES.includes(name));
  return {
    [ATTR_MESH_CONTEXT_PLACE]: find(received).place,
    [ATTR_MESH_RECEIVED_ATTRIBUTES]: names.length,
    ...(ignored.length > 0 && { [ATTR_MESH_CONTEXT_IGNORED]: ignored }),
  };
}

const mcpOnly = (entries: Iterable<[string, string]>) =>
  [...entries].filter(([key]) => key.startsWith('x-mcp-'));
