import { create__Name__Client } from '@trace-mesh/__name__/client';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent calls __name__ over HTTP',
  teaches: 'A generated service is in the trace from its first request; its code reads no header.',
  rows: [1],
  edges: [parent(1, 'http', client('agent', 'GET'), server('__name__', 'GET /api/greetings/:name'))],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  const api = create__Name__Client(endpoints['__name__'], () => tokens.bearer());
  return { ...(await api.greet('Ada', signal)) };
}
