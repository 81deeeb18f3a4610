// What edge-mcp calls, as the service that it is: each call says on whose behalf it is made.
import type { Identity } from '@trace-mesh/access/caller';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { createRestApiClient, restApiAnswers } from '@trace-mesh/rest-api/client';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import { createHubClient } from '@trace-mesh/ws-hub/client';
import type { z } from 'zod';
import type { AppDeps } from './app.ts';
import type { Config } from './config.ts';

/** The connection to the hub is the service's own, for the tasks of every tenant. */
const ITSELF: Identity = { tenantId: 'trace-mesh', userId: 'edge-mcp', scopes: ['tasks:read'] };

/** Opens what edge-mcp stands on: the API, in the name of each caller, and one connection to the hub. */
export function connectBackends(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Pick<AppDeps, 'apiFor' | 'hub'> & { apiAnswers: ReadinessCheck } {
  const tokens = createServiceTokens('edge-mcp', config.KEYS_DIR);
  const token = () => tokens.tokenFor(ITSELF);
  return {
    apiAnswers: () => restApiAnswers(config.REST_API_URL),
    apiFor: (identity) => createRestApiClient(config.REST_API_URL, () => tokens.authorizationFor(identity)),
    hub: use(createHubClient(config.WS_HUB_URL, { agentId: 'edge-mcp', token }, logger)),
  };
}
