// A service of your own, asked over a WebSocket.
import { connect__Name__ } from '@trace-mesh/__name__/client';
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

const asked = consumer('__name__', 'process greet');
const answered = consumer('agent', 'process greeting');

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent asks __name__ over a WebSocket, and is answered',
  teaches:
    'Each message of a socket brings its own context, so that every question is in the trace of its asker.',
  rows: [15, 16],
  edges: [
    parent(15, 'websocket', client('agent', 'GET /ws'), server('__name__', 'GET /ws')),
    parent(16, 'websocket', producer('agent', 'send greet'), asked),
    link(16, 'websocket', server('__name__', 'GET /ws'), asked),
    parent(16, 'websocket', producer('__name__', 'send greeting'), answered),
  ],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  using connection = await connect__Name__(endpoints['__name__'], 'agent', tokens.token());
  return { ...(await connection.greet('Ada', signal)) };
}
