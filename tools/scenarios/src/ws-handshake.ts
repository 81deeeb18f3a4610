// A browser's WebSocket cannot set headers: the context of its handshake is in a subprotocol or in a first message. In all three
// forms the hub's SERVER span is the child of the client's span.
import type { ConnectOptions } from '@trace-mesh/tracing/websocket';
import { jsonCodec } from '@trace-mesh/tracing/websocket';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

const WAYS = ['headers', 'protocol', 'hello'] as const;
const agentOf = (way: (typeof WAYS)[number]) => ({ 'mesh.agent.id': `agent-${way}` });

export const wsHandshake: Scenario = {
  name: 'ws-handshake',
  title: 'Three clients open a WebSocket: with headers, with a subprotocol, with a first message',
  teaches:
    'A browser can set no header on a WebSocket: a subprotocol or a first message carries the context instead.',
  rows: [15],
  edges: WAYS.map((way) =>
    parent(
      15,
      'websocket',
      client('agent', 'GET /ws', agentOf(way)),
      server('ws-hub', 'GET /ws', agentOf(way)),
    ),
  ),
  fire,
};

async function fire(fireOptions: FireOptions): Promise<Record<string, unknown>> {
  const answered: string[] = [];
  for (const via of WAYS) {
    const options: ConnectOptions = { via, agentId: `agent-${via}`, codec: jsonCodec };
    using listener = await openTaskListener(fireOptions, options);
    await listener.request('ping', { via }, 'pong');
    answered.push(via);
  }
  return { answered };
}
