// Writes the context into an SQS message: into the message attributes, of which SQS takes ten, else into the field `trace` of
// the body, else as far as there is room, and the trace into AWSTraceHeader (decisions/028-sqs-carriers.md).
import type {
  MessageAttributeValue,
  MessageSystemAttributeValue,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { propagation, trace } from '@opentelemetry/api';
import { type Carrier, extractContext, injectContext } from '../context/carrier.ts';
import { ATTR_MESH_CONTEXT_DROPPED } from '../spans/attributes.ts';
import { traceHeader } from './trace-header.ts';

/** The most attributes of a message. */
export const MAX_ATTRIBUTES = 10;
/** The largest message, in bytes: body, and names, types and values of the attributes. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** The same until August 2025, and in servers that emulate it. */
const FORMER_MAX_MESSAGE_BYTES = 262_144;

/** A message's attributes by name, as the AWS SDK writes them. */
export type MessageAttributes = Record<string, MessageAttributeValue>;
/** A message body: a JSON object, which has room for a field `trace`. */
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

/** The attribute into which all `x-mcp-*` fields are packed, as a query string. */
const MCP = 'x-mcp-context';
const isMcpField = (name: string) => name.startsWith('x-mcp-') && name !== MCP;
/** Attributes that are dropped first where there is no room for all. */
const LEAST_IMPORTANT = ['tracestate', MCP, 'baggage'];

/** The names of the attributes that carry context: the fields of the registered propagator, with `MCP` for the MCP fields. */
export const contextAttributes = (): string[] => [
  ...propagation.fields().filter((name) => !isMcpField(name)),
  MCP,
];

/** A carrier as message attributes, the most important first. SQS refuses empty values, so fields without one are left out. */
export function injectIntoAttributes(carrier: Carrier = injectContext('sqs')): MessageAttributes {
  const fields = Object.entries(carrier);
  const mcp = new URLSearchParams(fields.filter(([name]) => isMcpField(name))).toString();
  const entries = [...fields.filter(([name]) => !isMcpField(name)), [MCP, mcp] as const];
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== '')
      .toSorted(([a], [b]) => LEAST_IMPORTANT.indexOf(a) - LEAST_IMPORTANT.indexOf(b))
      .map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}

/** The carrier in message attributes, String or Binary. Only MCP fields are read from the MCP attribute. */
export function carrierOf(attributes: MessageAttributes = {}): Carrier {
  const text = (name: string) => {
    const { StringValue, BinaryValue } = attributes[name] ?? {};
    return StringValue ?? Buffer.from(BinaryValue ?? []).toString();
  };
  const mcp = [...new URLSearchParams(text(MCP))].filter(([name]) => isMcpField(name));
  return Object.fromEntries([...contextAttributes().map((name) => [name, text(name)]), ...mcp]);
}

/**
 * The message with the context of the running work. The context of an earlier sender, known by a valid `traceparent`, is
 * replaced; all other attributes, and a field `trace`, stay, whatever their names. The active span names in
 * `mesh.messaging.context_dropped` what had no room.
 */
export function carryContext(
  body: MessageBody,
  attributes: MessageAttributes = {},
  { maxMessageBytes, isDeduplicatedByBody = false }: CarryOptions = {},
): OutgoingMessage {
  const MessageBody = JSON.stringify(body);
  const carrier = injectContext();
  const planned = injectIntoAttributes(carrier);
  const names = Object.keys(planned);
  if (names.length === 0) return message(MessageBody, attributes);

  const isForwarded = Object.keys(attributes).length > 0 && namesTrace(carrierOf(attributes));
  const own = isForwarded ? omit(attributes, contextAttributes()) : attributes;
  const bytes = bytesOf({ MessageBody, MessageAttributes: own });
  const max =
    maxMessageBytes ?? (bytes <= FORMER_MAX_MESSAGE_BYTES ? FORMER_MAX_MESSAGE_BYTES : MAX_MESSAGE_BYTES);
  const hasRoomFor = (more: MessageAttributes) =>
    Object.keys({ ...own, ...more }).length <= MAX_ATTRIBUTES &&
    bytes + bytesOf({ MessageAttributes: more }) <= max;

  if (!names.some((name) => name in own) && hasRoomFor(planned)) {
    return message(MessageBody, { ...own, ...injectIntoAttributes() });
  }
  // Not an array, and not an object that serialises itself: spreading it would change the message.
  const isSpreadable = /^\{/.test(MessageBody) && typeof body.toJSON !== 'function';
  const isBodyFree = isSpreadable && (body.trace === undefined || namesTrace(body.trace));
  const added = Buffer.byteLength(`,"trace":${JSON.stringify(carrier)}`);
  if (isBodyFree && !isDeduplicatedByBody && bytes + added <= max) {
    return message(JSON.stringify({ ...body, trace: injectContext('sqs-body') }), own);
  }
  const fitting: MessageAttributes = {};
  for (const [name, value] of Object.entries(injectIntoAttributes())) {
    if (!(name in own) && hasRoomFor({ ...fitting, [name]: value })) fitting[name] = value;
  }
  const dropped = names.filter((name) => !(name in fitting));
  trace.getActiveSpan()?.setAttribute(ATTR_MESH_CONTEXT_DROPPED, dropped);
  const rest = message(MessageBody, { ...own, ...fitting });
  return namesTrace(carrierOf(fitting)) ? rest : { ...rest, ...traceHeader() };
}

/** Without attributes the field is absent, as in a message that the plain SDK sends. */
const message = (MessageBody: string, MessageAttributes: MessageAttributes): OutgoingMessage => ({
  MessageBody,
  ...(Object.keys(MessageAttributes).length > 0 && { MessageAttributes }),
});

const omit = (attributes: MessageAttributes, names: readonly string[]): MessageAttributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

const namesTrace = (carrier: unknown) => trace.getSpanContext(extractContext(carrier)) !== undefined;

/** A message's size in bytes as SQS counts it; system attributes do not count. */
export function bytesOf({
  MessageBody = '',
  MessageAttributes = {},
}: Partial<SendMessageCommandInput>): number {
  const sizes = Object.entries(MessageAttributes).map(
    ([name, { DataType = '', StringValue = '', BinaryValue }]) =>
      Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(MessageBody));
}
