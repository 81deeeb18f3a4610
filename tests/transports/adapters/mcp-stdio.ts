import { PassThrough } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { callTool } from '@trace-mesh/tracing/mcp';
import { Desk, type Transport } from '../transport.ts';
import { carryServer, newClient, TOOL } from './mcp-carry.ts';

/** Row 3: `params._meta` alone; lines of JSON have no headers. */
export const mcpStdio: Transport = {
  name: 'mcp over stdio',
  path: [`server tools/call ${TOOL}`, `client tools/call ${TOOL}`],
  baggage: 'allow-list',
  carriesMcp: false,
  async open() {
    const desk = new Desk();
    // Both ends in this process: the pipes that a parent would hold. Lines are written and read alike at either end.
    const [there, back] = [new PassThrough(), new PassThrough()];
    const transport = new StdioServerTransport(there, back);
    const served = serveStdio(() => carryServer(desk, 'stdio'), { transport });
    const client = newClient();
    await client.connect(new StdioServerTransport(back, there));
    return {
      carry: (work) => desk.carry(work, (id) => callTool(client, { name: TOOL, arguments: { id } })),
      async [Symbol.asyncDispose]() {
        await client.close();
        await served.close();
      },
    };
  },
};
