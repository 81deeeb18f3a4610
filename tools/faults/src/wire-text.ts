// Injections as records for a person to read. Only the fields of the context are shown; credentials are masked.
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { injectIntoAttributes } from '@trace-mesh/tracing/sqs-carrier';
import { toTraceContext } from '@trace-mesh/tracing/websocket';
import { type Injection, service } from './state.ts';
import { type Form, MAX_TEXT_LENGTH, type Transport, type WireRecord } from './wire.ts';

/** The last line where the receiver got no context. */
const NOTHING_SENT = '(no traceparent)';
const MASK = '••••';

const CONTEXT_FIELD = /^(traceparent|tracestate|baggage|x-mcp-[a-z-]+|x-request-id|x-trace-id)$/;
const META_KEY = /^(traceparent|tracestate|baggage)$/;

type Format = [Transport, Form, (carrier: Carrier) => string];

const json =
  (name: string, formOf: (carrier: Carrier) => object | undefined = (carrier) => carrier) =>
  (carrier: Carrier) =>
    jsonText(name, formOf(carrier));

/** By the name that `transportOf` gives. */
const FORMATS: Record<string, Format> = {
  http: ['http', 'headers', headerText],
  grpc: ['grpc', 'metadata', headerText],
  mcp: ['mcp', '_meta', json('_meta', w3cFields)],
  sqs: ['sqs', 'attributes', attributeText],
  'sqs-body': ['sqs', 'body', json('trace')],
  outbox: ['outbox', 'column', json('trace_context')],
  redis: ['redis', 'envelope', json('trace_context')],
  'redis-stream': ['redis-stream', 'fields', headerText],
  websocket: ['websocket', 'envelope', json('trace_context', toTraceContext)],
  'websocket-binary': ['websocket-binary', 'frame', blockText],
  'websocket-headers': ['ws-handshake', 'headers', headerText],
  'websocket-protocol': ['ws-handshake', 'subprotocols', protocolText],
  'websocket-hello': ['ws-handshake', 'envelope', json('trace_context', toTraceContext)],
};

/** The record of an injection; undefined for a transport that is not shown. */
export function recordOf({ transport, traceId, spanId, carrier }: Injection): WireRecord | undefined {
  const [shownAs, form, textOf] = FORMATS[transport] ?? [];
  if (!shownAs || !form || !textOf) return undefined;
  return { service, transport: shownAs, traceId, spanId, form, text: cut(textOf(carrier)) };
}

/** Header lines: HTTP headers, gRPC metadata, or the fields of a stream's entry. */
function headerText(carrier: Carrier): string {
  return lines(Object.entries(carrier), ': ');
}

/** Message attributes of SQS. */
function attributeText(carrier: Carrier): string {
  const attributes = Object.entries(injectIntoAttributes(carrier));
  return lines(
    attributes.map(([name, { StringValue = '' }]) => [name, StringValue]),
    ' (String): ',
  );
}

/** The subprotocols of a handshake that hold context or a token, one a line: `traceparent.00-…`, `bearer.••••`. */
function protocolText({ 'sec-websocket-protocol': offered = '' }: Carrier): string {
  const protocols = offered.split(/, */).map((protocol): [string, string] => {
    const [name = ''] = protocol.split('.', 1);
    return [name, protocol.slice(name.length + 1)];
  });
  return lines(protocols, '.');
}

function lines(entries: [name: string, value: string][], separator: string): string {
  const shown: string[] = [];
  let isSent = false;
  for (const [given, value] of entries) {
    const name = given.toLowerCase();
    isSent ||= name === 'traceparent';
    if (CONTEXT_FIELD.test(name)) shown.push(`${name}${separator}${value}`);
    else if (name === 'authorization') shown.push(`${name}${separator}Bearer ${MASK}`);
    else if (name === 'bearer') shown.push(`${name}${separator}${MASK}`);
  }
  return [...shown, ...(isSent ? [] : [NOTHING_SENT])].join('\n');
}

/** A JSON member, `"trace_context": {…}`. */
function jsonText(name: string, context: object | undefined): string {
  if (!context || Object.keys(context).length === 0) return NOTHING_SENT;
  return `"${name}": ${JSON.stringify(context, null, 2)}`;
}

function w3cFields(carrier: Carrier): Carrier {
  return Object.fromEntries(Object.entries(carrier).filter(([name]) => META_KEY.test(name)));
}

const BYTES_A_LINE = 16;

/** The trace block of an MCPW frame as a hex dump: `offset  bytes  |ASCII|`, sixteen bytes a line. */
function blockText(carrier: Carrier): string {
  const context = toTraceContext(carrier);
  if (!context) return NOTHING_SENT;
  const bytes = Buffer.from(JSON.stringify(context));
  const rows = Array.from({ length: Math.ceil(bytes.length / BYTES_A_LINE) }, (_, row) => {
    const at = row * BYTES_A_LINE;
    const part = bytes.subarray(at, at + BYTES_A_LINE);
    const hex = part.toString('hex').replace(/..(?=.)/g, '$& ');
    const ascii = part.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    return `${at.toString(16).padStart(4, '0')}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  |${ascii}|`;
  });
  return rows.join('\n');
}

const cut = (text: string): string =>
  text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH - 1)}…` : text;
