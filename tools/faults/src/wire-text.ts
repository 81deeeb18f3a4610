// What was on the wire, in the words in which a person reads it. An allow-list: only the fields of the context are shown.
// Of credentials there is the fact that they were sent; nothing else of a request is looked at.
import { decodeFrame, HEADER_BYTES } from '@trace-mesh/tracing/frame';
import { MAX_TEXT_LENGTH } from './wire.ts';

/** Says that the receiver got no context. */
export const NOTHING_SENT = '(no traceparent)';
const MASK = '••••';

const CONTEXT_FIELD = /^(traceparent|tracestate|baggage|x-mcp-[a-z-]+|x-request-id|x-trace-id)$/;

type Entry = readonly [name: string, value: unknown];

/** Header lines, as of HTTP headers, gRPC metadata or the fields of a stream's entry. */
export const headerText = (entries: Iterable<Entry>): string => lines(entries, (name) => `${name}: `);

/** Message attributes of SQS, by name. */
export const attributeText = (attributes: Record<string, { StringValue?: string | undefined }>): string =>
  lines(
    Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]),
    (name) => `${name} (String): `,
  );

/** A JSON object under its name, `"trace_context": {…}`, where it is a context at all. */
export function jsonText(name: string, context: object | undefined): string {
  if (!context || Object.keys(context).length === 0) return NOTHING_SENT;
  return cut(`"${name}": ${JSON.stringify(context, null, 2)}`);
}

/** Subprotocols that a handshake offers, one a line: `traceparent.00-…`, `bearer.••••`. */
export function protocolText(protocols: readonly string[]): string {
  const split = protocols.map((protocol): Entry => {
    const [name = ''] = protocol.split('.', 1);
    return [name, protocol.slice(name.length + 1)];
  });
  return lines(split, (name) => `${name}.`);
}

/** The header and the trace block of an MCPW frame as a hex dump, and nothing of its payload. */
export function frameText(frame: Buffer): string {
  const { trace } = decodeFrame(frame);
  const dump = hexDump(frame.subarray(0, HEADER_BYTES + (trace?.length ?? 0)));
  return cut(trace ? dump : `${dump}\n${NOTHING_SENT}`);
}

function lines(entries: Iterable<Entry>, label: (name: string) => string): string {
  const shown: string[] = [];
  let sent = false;
  for (const [given, value] of entries) {
    const name = given.toLowerCase();
    sent ||= name === 'traceparent';
    if (CONTEXT_FIELD.test(name)) shown.push(`${label(name)}${value}`);
    else if (name === 'authorization') shown.push(`${label(name)}Bearer ${MASK}`);
    else if (name === 'bearer') shown.push(`${label(name)}${MASK}`);
  }
  if (!sent) shown.push(NOTHING_SENT);
  return cut(shown.join('\n'));
}

const BYTES_A_LINE = 16;

/** `offset  bytes  |ASCII|`, sixteen bytes a line. */
function hexDump(bytes: Buffer): string {
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
