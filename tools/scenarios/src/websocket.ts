// WebSockets: the handshake in all its forms, then messages. One connection serves many traces, so every message has its own
// context, in a JSON envelope or in the trace block of a binary frame, and links to the span of its connection.
import { decodeFrame } from '@trace-mesh/tracing/frame';
import { BINARY_PROTOCOL, type Codec, JSON_PROTOCOL, jsonCodec } from '@trace-mesh/tracing/websocket';
import { hubFrames } from '@trace-mesh/ws-hub/frames';
import {
  client,
  consumer,
  type FireOptions,
  link,
  parent,
  producer,
  type Scenario,
  server,
} from './scenario.ts';
import { openTaskListener, startTask } from './task-listener.ts';

const WAYS = ['headers', 'protocol', 'hello'] as const;
const pushed = consumer('agent', 'process task.updated');

/** A browser's WebSocket cannot set headers; in all three forms the hub's SERVER span is the child of the client's span. */
export const wsHandshake: Scenario = {
  name: 'ws-handshake',
  title: 'Three clients open a WebSocket: with headers, with a subprotocol, with a first message',
  teaches:
    'A browser can set no header on a WebSocket: a subprotocol or a first message carries the context instead.',
  rows: [15],
  edges: WAYS.map((way) => {
    const agent = { 'mesh.agent.id': `agent-${way}` };
    return parent(15, 'websocket', client('agent', 'GET /ws', agent), server('ws-hub', 'GET /ws', agent));
  }),
  async fire(options) {
    const answered: string[] = [];
    for (const via of WAYS) {
      using listener = await openTaskListener(options, { via, agentId: `agent-${via}`, codec: jsonCodec });
      await listener.request('ping', { via }, 'pong');
      answered.push(via);
    }
    return { answered };
  },
};

export const wsJson: Scenario = {
  name: 'ws-json',
  title: 'JSON envelopes, both ways: an agent subscribes, and the hub pushes',
  teaches: 'One connection serves many traces, so each message brings its own context in its envelope.',
  rows: [16],
  makesTask: true,
  edges: bothWays(16, 'websocket', JSON_PROTOCOL),
  fire: (options) => fire(options, jsonCodec),
};

export const wsBinary: Scenario = {
  name: 'ws-binary',
  title: 'MCPW frames, both ways and compressed: the context stands in the trace block',
  teaches: 'A binary frame has no fields: a flag says that a trace block stands before the payload.',
  rows: [17],
  makesTask: true,
  edges: bothWays(17, 'websocket-binary', BINARY_PROTOCOL),
  fire: (options) => fire(options, hubFrames(0)),
};

function bothWays(row: number, transport: string, protocol: string) {
  const spoken = { 'mesh.ws.protocol': protocol };
  const subscribed = consumer('ws-hub', 'process subscribe', { ...spoken, 'mesh.agent.id': 'agent' });
  const received = consumer('agent', 'process task.updated', spoken);
  return [
    parent(row, transport, producer('agent', 'send subscribe', spoken), subscribed),
    link(row, transport, server('ws-hub', 'GET /ws'), subscribed),
    parent(row, transport, producer('ws-hub', 'send task.updated', spoken), received),
    link(row, transport, client('agent', 'GET /ws'), received),
  ];
}

async function fire(options: FireOptions, codec: Codec) {
  using listener = await openTaskListener(options, { codec, agentId: 'agent' });
  let compressedPushes = 0;
  listener.connection.socket.on('message', (bytes: Buffer, isBinary: boolean) => {
    if (isBinary && decodeFrame(bytes).compressed) compressedPushes += 1;
  });
  const taskId = await startTask(options, [listener]);
  const { status } = await listener.waitFor('done');
  return { taskId, pushed: status, protocol: codec.protocol, compressedPushes };
}

const AGENTS = ['agent-1', 'agent-2', 'agent-3'];

/** Each push has its own span under the event, so a slow or lost push can be found. */
export const wsFanOut: Scenario = {
  name: 'ws-fan-out',
  title: 'Three agents listen to one task, and each event goes out three times',
  teaches: 'One event to N sockets makes one send span for each socket, all of them children of the event.',
  rows: [16, 18],
  makesTask: true,
  edges: AGENTS.flatMap((agent) => {
    const push = producer('ws-hub', 'send task.updated', { 'mesh.agent.id': agent });
    return [
      parent(18, 'websocket', consumer('ws-hub', 'process task-events'), push),
      parent(16, 'websocket', push, pushed),
    ];
  }),
  async fire(options) {
    using sockets = new DisposableStack();
    const listeners = await Promise.all(AGENTS.map((agentId) => openTaskListener(options, { agentId })));
    for (const listener of listeners) sockets.use(listener);
    const taskId = await startTask(options, listeners);
    const ends = await Promise.all(listeners.map((listener) => listener.waitFor('done')));
    return { taskId, pushed: ends.map((end) => end.status) };
  },
};

const replay = producer('ws-hub', 'send task.updated', { 'mesh.ws.replayed': true });

/** A replayed push belongs to the trace of its event, not to that of the reconnect: the task's log keeps the context. */
export const wsResume: Scenario = {
  name: 'ws-resume',
  title:
    'An agent loses its connection, reconnects, and receives what it missed in the trace where it happened',
  teaches:
    'What is replayed belongs to the trace in which it happened: the log keeps each context beside its event.',
  rows: [16, 21],
  makesTask: true,
  edges: [
    parent(21, 'redis-stream', producer('worker', 'send task-log'), replay),
    parent(16, 'websocket', replay, pushed),
    parent(16, 'websocket', producer('ws-hub', 'send task.updated'), pushed),
  ],
  async fire(options) {
    using witness = await openTaskListener(options, { agentId: 'witness' });
    const first = await openTaskListener(options);
    const taskId = await startTask(options, [witness, first]);
    const seen = await first.waitFor('running');
    first.connection.socket.terminate();
    await witness.waitFor('done');

    using second = await openTaskListener(options);
    await second.request('subscribe', { taskId, after: seen.eventId }, 'subscribed');
    await second.waitFor('done');
    return { taskId, before: seen.status, after: second.events.map((event) => event.status) };
  },
};
