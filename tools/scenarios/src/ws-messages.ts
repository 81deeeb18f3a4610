// One connection serves many traces, so every message has its own context, in a JSON envelope or in the trace block of a binary
// frame, and links to the span of its connection.
import { decodeFrame } from '@trace-mesh/tracing/frame';
import { BINARY_PROTOCOL, type Codec, JSON_PROTOCOL, jsonCodec } from '@trace-mesh/tracing/websocket';
import { hubFrames } from '@trace-mesh/ws-hub/frames';
import { startTask } from './run-task.ts';
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
import { openTaskListener } from './task-listener.ts';

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
  const pushed = consumer('agent', 'process task.updated', spoken);
  return [
    parent(row, transport, producer('agent', 'send subscribe', spoken), subscribed),
    link(row, transport, server('ws-hub', 'GET /ws'), subscribed),
    parent(row, transport, producer('ws-hub', 'send task.updated', spoken), pushed),
    link(row, transport, client('agent', 'GET /ws'), pushed),
  ];
}

async function fire(options: FireOptions, codec: Codec): Promise<Record<string, unknown>> {
  using listener = await openTaskListener(options, { codec, agentId: 'agent' });
  let compressed = 0;
  listener.connection.socket.on('message', (bytes: Buffer, isBinary: boolean) => {
    if (isBinary && decodeFrame(bytes).compressed) compressed += 1;
  });
  const taskId = await startTask(options, listener);
  const { status } = await listener.waitFor('done');
  return { taskId, pushed: status, protocol: codec.protocol, compressedPushes: compressed };
}
