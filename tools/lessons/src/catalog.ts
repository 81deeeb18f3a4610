// All lessons, in reading order. The programs of a lesson, broken.ts and fixed.ts, are in the folder with its name; they
// differ in the lines that matter.
import { client, consumer, internal, parent, producer, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from './lesson.ts';

export type { Lesson };

/** The hops from the shop through the gateway to rest-api. */
const throughGateway = [
  parent(1, 'http', client('shop', 'GET'), server('gateway', 'GET /tasks/:taskId')),
  parent(1, 'http', server('gateway', 'GET /tasks/:taskId'), client('gateway', 'GET')),
  parent(1, 'http', client('gateway', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
];

const item = internal('shop', 'batch item');
const GET_BUDGET = 'mesh.ledger.v1.CostLedger/GetBudget';

export const lessons: Lesson[] = [
  {
    name: 'http-hop',
    title: 'A gateway calls the next service without the context of the request',
    teaches:
      'An HTTP client sends the context only if something injects it. Here context goes to allowed origins only, so a bare fetch has a ' +
      'span and sends nothing: call a service of the mesh through its client.',
    row: 1,
    service: 'gateway',
    caller: { file: '../src/ask-gateway.ts', service: 'shop' },
    edges: throughGateway,
    cause: 'http-without-traceparent',
  },
  {
    name: 'message-attributes',
    title: 'A consumer forgets MessageAttributeNames',
    teaches:
      'SQS returns only the message attributes that a receive requests. The sender did everything right, and the trace ends at the ' +
      'queue. The instrumentation requests them; a bundled or other client does not: request the attributes by name, or All.',
    row: 8,
    service: 'mailer',
    caller: { file: 'sender.ts', service: 'shop' },
    // As in bundled code: the instrumentation of the AWS SDK would request `traceparent` for the consumer.
    env: { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici' },
    edges: [parent(8, 'sqs', producer('shop', 'send lab'), consumer('mailer', 'process lab'))],
    cause: 'message-attributes-not-asked-for',
  },
  {
    name: 'eleventh-attribute',
    title: 'The user takes all ten message attributes, and none is left for the context',
    teaches:
      'SQS allows ten attributes per message. Instrumentations drop the context silently if it does not fit. Use a place that always ' +
      'exists: here, the field `trace` of the body.',
    row: 11,
    service: 'shop',
    edges: [parent(11, 'sqs', producer('shop', 'send tasks'), consumer('worker', 'process tasks'))],
    cause: 'no-room-for-context',
  },
  {
    name: 'stale-socket',
    title: "A WebSocket handler runs in the context of its connection instead of the message's",
    teaches:
      'One connection serves many traces, and its listeners keep the context in which it was opened. Every message then becomes a child of ' +
      'one handshake: each message has to carry its own context.',
    row: 16,
    service: 'shop',
    edges: [
      parent(16, 'websocket', producer('shop', 'send ping'), consumer('ws-hub', 'process ping')),
      parent(16, 'websocket', producer('ws-hub', 'send pong'), consumer('shop', 'process pong')),
    ],
    cause: 'context-of-the-connection',
  },
  {
    name: 'ratio-sampler',
    title: "A service in the middle ignores its parent's sampling decision",
    teaches:
      'A trace has one sampling decision. A service that decides again leaves holes in traces that the others keep: spans whose parent ' +
      'never arrives. Inside the mesh the parent decides; a ratio is for services that start traces.',
    row: 1,
    service: 'gateway',
    caller: { file: '../src/ask-gateway.ts', service: 'shop' },
    loadsSdk: true,
    edges: throughGateway,
    cause: 'sampler-ignores-its-parent',
  },
  {
    name: 'leaking-baggage',
    title: 'Confidential baggage goes to a third party',
    teaches:
      'The stock propagators inject into every outgoing request, and baggage may contain customer data. The trace looks whole: only the ' +
      'receiver can see it. Allow context to named origins only.',
    row: 23,
    service: 'shop',
    edges: [parent(23, 'http', internal('shop', 'lesson leaking-baggage'), client('shop', 'POST'))],
    cause: 'baggage-left-the-mesh',
  },
  {
    name: 'batch-item',
    title: "The items of a batch run in the batch's context, outside their spans",
    teaches:
      'Starting a span does not make it active: what runs next still belongs to the active span. All items then seem to take no time, and ' +
      'their work is in one list below the batch. Run the work inside its span.',
    row: 14,
    service: 'shop',
    edges: [
      parent(14, 'batch', internal('shop', 'lesson batch-item'), item),
      parent(14, 'batch', item, client('shop', GET_BUDGET)),
      parent(4, 'grpc', client('shop', GET_BUDGET), server('cost-ledger', GET_BUDGET)),
    ],
    cause: 'item-outside-its-span',
  },
];
