// One hop's context as it stood on the wire, for a person to read. It is taken where it is sent.
import { z } from 'zod';

/** The longest text of a record, in characters; what is longer is cut. */
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

/** In which form the context goes; `fields` are those of a stream's entry. */
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
  /** Who sent it. */
  service: z.string().min(1),
  transport: Transport,
  /** The sender's span: where the hop holds, the receiver's span has it as its parent. Lower-case hex. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  form: Form,
  /** Context fields alone, credentials masked; `(no traceparent)` where none was sent. Never a payload. */
  text: z.string().max(MAX_TEXT_LENGTH),
});
export type WireRecord = z.infer<typeof WireRecord>;
