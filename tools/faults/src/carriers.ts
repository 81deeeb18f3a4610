// What the rewritten lines of the carriers call: each lets the context through, or not, and notes what went out.
import type { Carrier } from '@trace-mesh/tracing/carrier';
import type { MessageAttributes, MessageBody } from '@trace-mesh/tracing/sqs-carrier';
import { isDropped, tell } from './here.ts';
import { attributeText, headerText, jsonText, NOTHING_SENT } from './wire-text.ts';

/** The context in `_meta` of an MCP request. */
export function meta(context: Carrier): Carrier {
  const sent = isDropped('mcp') ? {} : context;
  tell('mcp', '_meta', jsonText('_meta', sent));
  return sent;
}

/** The context that an outbox row keeps. */
export function stored(context: Carrier): Carrier {
  const sent = isDropped('outbox') ? {} : context;
  tell('outbox', 'column', jsonText('trace_context', sent));
  return sent;
}

/** The context in the envelope of a Redis channel. */
export function envelope(context: Carrier): Carrier {
  const sent = isDropped('redis') ? {} : context;
  tell('redis', 'envelope', jsonText('trace_context', sent));
  return sent;
}

/** The context among the fields of a Redis stream's entry. */
export function fields(context: Carrier): Carrier {
  tell('redis-stream', 'fields', headerText(Object.entries(context)));
  return context;
}

interface Message {
  MessageBody: string;
  MessageAttributes?: MessageAttributes;
}

/** An SQS message: as `carried`, or of body and attributes alone. */
export function queued(carried: Message, body: MessageBody, attributes: MessageAttributes = {}): Message {
  const bare = { MessageBody: JSON.stringify(body), MessageAttributes: attributes };
  const sent = isDropped('sqs') ? bare : carried;
  const inAttributes = attributeText(sent.MessageAttributes ?? {});
  const { trace } = JSON.parse(sent.MessageBody) as { trace?: Carrier };
  if (trace && inAttributes.endsWith(NOTHING_SENT)) tell('sqs', 'body', jsonText('trace', trace));
  else tell('sqs', 'attributes', inAttributes);
  return sent;
}
