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

const greet = consumer('__name__', 'process greet');
const greeting = consumer('agent', 'process greeting');

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent calls __name__ over a WebSocket and receives the answer',
  teaches: 'Each message of a socket has its own context, so it is in the trace of its sender.',
  rows: [15, 16],
  edges: [
    parent(15, 'websocket', client('agent', 'GET /ws'), server('__name__', 'GET /ws')),
    parent(16, 'websocket', producer('agent', 'send greet'), greet),
    link(16, 'websocket', server('__name__', 'GET /ws'), greet),
    parent(16, 'websocket', producer('__name__', 'send greeting'), greeting),
  ],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  using connection = await connect__Name__(endpoints['__name__'], 'agent', tokens.token());
  return { ...(await connection.greet('Ada', signal)) };
}
