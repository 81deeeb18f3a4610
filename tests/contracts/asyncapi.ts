// The AsyncAPI 3 document of the queue, the hub and Redis, from the schemas that the services parse with.
import { TaskMessage } from '@trace-mesh/rest-api/messages';
import { SQS_ERROR_ATTRIBUTE } from '@trace-mesh/tracing/error-carriers';
import { ErrorFields } from '@trace-mesh/tracing/errors';
import { meshPropagator } from '@trace-mesh/tracing/propagator';
import { Envelope as RedisEnvelope } from '@trace-mesh/tracing/redis';
import { DATA_FIELD, keyOf } from '@trace-mesh/tracing/redis-stream';
import { BINARY_PROTOCOL, Envelope, JSON_PROTOCOL, TraceContext } from '@trace-mesh/tracing/websocket';
import {
  CLIENT_MESSAGES,
  HUB_MESSAGES,
  TASK_AUDIT,
  TASK_EVENTS,
  TaskEvent,
  taskLog,
} from '@trace-mesh/ws-hub/messages';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** One channel: where it is, its messages, and which service sends and receives there. */
interface Channel {
  address: string;
  server: 'sqs' | 'hub' | 'redis';
  description: string;
  parameters?: Json;
  messages: Record<string, Json>;
  send: Record<string, string[]>;
  receive: Record<string, string[]>;
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const text = (description: string) => ({ type: 'string', description });

/** The payload schemas by name; those that others contain are references. */
const PAYLOADS: Record<string, z.ZodType> = { TaskMessage, TaskEvent, TraceContext, Error: ErrorFields };
for (const [type, data] of Object.entries({ ...CLIENT_MESSAGES, ...HUB_MESSAGES })) {
  PAYLOADS[`hub.${type}`] = Envelope.extend({ type: z.literal(type), data });
}
PAYLOADS['redis.taskEvent'] = RedisEnvelope.extend({ data: TaskEvent });

function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(PAYLOADS)) registry.add(schema, { id });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const { schemas: made } = z.toJSONSchema(registry, { io: 'input', target: 'draft-7', uri });
  return Object.fromEntries(
    Object.entries(made).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}

const mcp = (name: string) => name.startsWith('x-mcp-');
const CONTEXT = meshPropagator().fields();
/** The headers of a message: the context, and what else is given. */
const headers = (names: readonly string[], more: Json = {}): Json => ({
  type: 'object',
  properties: {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    ...more,
  },
});
const sqsHeaders = [...CONTEXT.filter((name) => !mcp(name)), 'x-mcp-context'];
const deadLetterHeaders = headers(sqsHeaders, {
  [SQS_ERROR_ATTRIBUTE]: text(
    'The error after which the message was given up: the JSON of the schema Error.',
  ),
});

const TASK = { payload: ref('schemas', 'TaskMessage'), headers: headers(sqsHeaders) };
const ENTRY = { payload: ref('schemas', 'TaskEvent'), headers: headers(CONTEXT) };
const hub = (types: object) =>
  Object.fromEntries(Object.keys(types).map((type) => [type, { payload: ref('schemas', `hub.${type}`) }]));

const CHANNELS: Record<string, Channel> = {
  tasks: {
    address: 'tasks',
    server: 'sqs',
    description:
      'Tasks to run. The context is in the message attributes, or in the field `trace` if they have no room.',
    messages: { task: TASK },
    send: { 'rest-api': ['task'] },
    receive: { worker: ['task'] },
  },
  deadLetters: {
    address: 'tasks-dlq',
    server: 'sqs',
    description: 'Tasks that were given up, as they were sent, with the error.',
    messages: { task: { ...TASK, headers: deadLetterHeaders } },
    send: { worker: ['task'] },
    receive: {},
  },
  hub: {
    address: '/ws',
    server: 'hub',
    description: `Subprotocol ${JSON_PROTOCOL}: these envelopes. ${BINARY_PROTOCOL}: frames with the same types, data and context (docs/websocket.md).`,
    messages: hub({ ...CLIENT_MESSAGES, ...HUB_MESSAGES }),
    receive: { 'ws-hub': Object.keys(CLIENT_MESSAGES) },
    send: { 'ws-hub': Object.keys(HUB_MESSAGES) },
  },
  taskEvents: {
    address: TASK_EVENTS,
    server: 'redis',
    description: 'Pub/sub: every change of a task, to every hub. The context is in the envelope.',
    messages: { taskEvent: { payload: ref('schemas', 'redis.taskEvent') } },
    send: { worker: ['taskEvent'] },
    receive: { 'ws-hub': ['taskEvent'] },
  },
  taskLog: {
    address: keyOf(taskLog('{taskId}')),
    server: 'redis',
    description: `A stream for each task: its events. An entry has the payload in the field \`${DATA_FIELD}\` and the headers in fields.`,
    parameters: { taskId: { description: 'The id of the task.' } },
    messages: { taskEvent: ENTRY },
    send: { worker: ['taskEvent'] },
    receive: { 'ws-hub': ['taskEvent'] },
  },
  taskAudit: {
    address: keyOf(TASK_AUDIT),
    server: 'redis',
    description:
      'A stream of the ends of all tasks, in entries as those of a task log; the group `ws-hub` reads it.',
    messages: { taskEvent: ENTRY },
    send: { worker: ['taskEvent'] },
    receive: { 'ws-hub': ['taskEvent'] },
  },
};

function channelOf({ address, server, description, parameters, messages }: Channel): Json {
  const named = Object.entries(messages).map(([name, message]) => [name, { name, ...message }]);
  return {
    address,
    servers: [{ $ref: `#/servers/${server}` }],
    description,
    ...(parameters && { parameters }),
    messages: Object.fromEntries(named),
  };
}

function operationsOf([key, channel]: [string, Channel]): [string, Json][] {
  return (['send', 'receive'] as const).flatMap((action) =>
    Object.entries(channel[action]).map(([service, names]): [string, Json] => [
      `${service}.${action}.${key}`,
      {
        action,
        channel: { $ref: `#/channels/${key}` },
        messages: names.map((name) => ({ $ref: `#/channels/${key}/messages/${name}` })),
      },
    ]),
  );
}

/** The document. Hosts are those of the embedded mesh's first block of ports. */
export const asyncApi = {
  asyncapi: '3.0.0',
  info: {
    title: 'Trace Mesh: queue, hub and Redis',
    version: '0.1.0',
    description:
      'Every message carries the W3C trace context of its sender. Operations are named by service, action and channel.',
  },
  defaultContentType: 'application/json',
  servers: {
    sqs: { host: '127.0.0.1:20008', protocol: 'sqs' },
    hub: {
      host: '127.0.0.1:20004',
      protocol: 'ws',
      security: [{ $ref: '#/components/securitySchemes/bearer' }],
    },
    redis: { host: '127.0.0.1:20010', protocol: 'redis' },
  },
  channels: Object.fromEntries(Object.entries(CHANNELS).map(([key, channel]) => [key, channelOf(channel)])),
  operations: Object.fromEntries(Object.entries(CHANNELS).flatMap(operationsOf)),
  components: {
    schemas: schemas(),
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  },
};
