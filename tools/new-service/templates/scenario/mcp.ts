import { connect__Name__ } from '@trace-mesh/__name__/client';
import { client, type FireOptions, link, parent, type Scenario, server } from './scenario.ts';

const tool = server('__name__', 'tools/call greet');

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent calls a tool of __name__ over MCP',
  teaches: '_meta puts the tool into the trace of its caller; the HTTP request is linked.',
  rows: [2],
  edges: [
    parent(2, 'mcp', client('agent', 'tools/call greet'), tool),
    link(2, 'mcp', server('__name__', 'POST /mcp'), tool),
  ],
  fire,
};

async function fire({ endpoints, tokens, signal }: FireOptions): Promise<Record<string, unknown>> {
  await using mcp = await connect__Name__(endpoints['__name__'], tokens.bearer());
  return { ...(await mcp.greet('Ada', signal)) };
}
