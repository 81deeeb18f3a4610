import { connect__Name__ } from '@trace-mesh/__name__/client';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';

const GREET = 'mesh.__snake__.v1.__Name__/Greet';

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent calls __name__ over gRPC',
  teaches: 'A generated service is in the trace from its first call; its code reads no metadata.',
  rows: [4],
  edges: [parent(4, 'grpc', client('agent', GREET), server('__name__', GREET))],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  using connection = connect__Name__(endpoints['__name__']);
  return { ...(await connection.as(tokens.bearer()).greet('Ada', { signal })) };
}
