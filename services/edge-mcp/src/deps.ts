import type { Identity } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import type { Resource } from './bearer.ts';
import type { Cancellations } from './cancellations.ts';

/** What the MCP server of one caller needs. */
export interface Deps {
  /** rest-api, called on behalf of the caller. */
  api: RestApiClient;
  hub: HubClient;
  identity: Identity;
  logger: Logger;
}

/** What the HTTP application needs, for all callers. */
export interface AppDeps extends Gate, Omit<Deps, 'api' | 'identity'> {
  apiFor(identity: Identity): RestApiClient;
  resource: Resource;
  /** Of calls that other instances have; by default there are none. */
  cancellations?: Cancellations;
}
