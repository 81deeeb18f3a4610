// A service of your own, asked over HTTP.
import { create__Name__Client } from '@trace-mesh/__name__/client';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent asks __name__ over HTTP',
  teaches: 'A service of your own is in the trace with its first request: nothing in it reads a header.',
  rows: [1],
  edges: [parent(1, 'http', client('agent', 'GET'), server('__name__', 'GET /api/greetings/:name'))],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  const api = create__Name__Client(endpoints['__name__'], () => tokens.bearer());
  return { ...(await api.greet('Ada', signal)) };
}
