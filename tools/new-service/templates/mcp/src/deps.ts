import type { Caller } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import type { Logger } from '@trace-mesh/tracing/logger';

export interface Deps extends Gate {
  logger: Logger;
}

/** What the MCP server of one request depends on. */
export interface CallDeps {
  caller: Caller;
  logger: Logger;
}
