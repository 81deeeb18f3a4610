// The context of one hop as it was sent, in a form that a person can read.
import { z } from 'zod';

/** The longest text of a record, in characters; a longer one is cut. */
export const MAX_TEXT_LENGTH = 4_096;

export const Transport = z.enum([
  'http',
  'grpc',
  'mcp',
  'sqs',
  'outbox',
  'redis',
  'redis-stream',
  'websocket',
  'websocket-binary',
  'ws-handshake',
]);
export type Transport = z.infer<typeof Transport>;

/** Where the context is; `fields` are those of an entry of a Redis stream. */
export const Form = z.enum([
  'headers',
  'metadata',
  '_meta',
  'attributes',
  'body',
  'column',
  'envelope',
  'frame',
  'subprotocols',
  'fields',
]);
export type Form = z.infer<typeof Form>;

export const WireRecord = z.object({
  /** The sender. */
  service: z.string().min(1),
  transport: Transport,
  /** The sender's span, in lower-case hex: the parent of the receiver's span where the hop holds. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  form: Form,
  /** Context fields only, credentials masked; `(no traceparent)` where none was sent. Never a payload. */
  text: z.string().max(MAX_TEXT_LENGTH),
});
export type WireRecord = z.infer<typeof WireRecord>;
