// What to do about each cause (docs/debugging.md has the same with links).
import type { Cause } from '../diagnose.ts';

/** What to do about each cause, in one line. */
export const FIXES: Record<Cause, string> = {
  'http-without-traceparent':
    'in the caller: send the request with a traced client (the preload traces fetch and node:http) and allow its origin (allowOrigin); see docs/http.md',
  'message-attributes-not-asked-for':
    "in the consumer: name the context's attributes in MessageAttributeNames of ReceiveMessage; see docs/sqs.md",
  'no-room-for-context':
    'in the sender: use at most 10 message attributes with the context, or carry it in the body; see docs/sqs.md',
  'context-of-the-connection':
    "in the socket's listener: run each message in the context of its envelope; see docs/websocket.md",
  'sampler-ignores-its-parent':
    "in the service that recorded nothing: let the sampler follow the parent's decision (OTEL_TRACES_SAMPLER); see docs/sampling.md",
  'unsampled-trace-recorded':
    'in the service that recorded: follow the sampled flag, and store it with the context; see docs/sampling.md',
  'baggage-left-the-mesh': 'in the caller: allow only the origins of the mesh; see docs/trust-boundary.md',
  'item-outside-its-span':
    'in the batch: run the work of an item inside its span; see docs/outbox-jobs-batches.md',
  'tenant-changed': 'in the caller: make metadata or headers for each call, and reuse none; see docs/grpc.md',
  'carrier-without-context':
    "at the hop's sender: inject the active context into the carrier; at its receiver: start the span in the extracted context; see the guide of the transport in docs/",
  'never-arrived':
    'in the receiving process: start it with the preload, export to the same store, and end the span; see docs/debugging.md',
};
