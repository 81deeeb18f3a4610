// edge-mcp over stdio: a client starts it as its child and speaks MCP on stdin and stdout. It has the same tools as
// over HTTP.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { runStdio } from '@trace-mesh/runtime/stdio';
import { StdioConfig } from './config.ts';
import { createMcpServer } from './mcp-server.ts';
import { openStdioDeps } from './open-deps.ts';

await runStdio(StdioConfig, process.env, async (config, { logger, use }) => {
  const deps = openStdioDeps(config, { logger, use });
  const onerror = (error: Error) => logger.warn({ err: error }, 'MCP message refused');
  const served = serveStdio(() => createMcpServer(deps, 'stdio'), { onerror });
  use({ [Symbol.asyncDispose]: () => served.close() });
});
