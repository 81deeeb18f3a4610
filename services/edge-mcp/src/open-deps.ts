import { createAuthenticator } from '@trace-mesh/access/authenticator';
import type { Identity } from '@trace-mesh/access/caller';
import { openCounts } from '@trace-mesh/access/counts';
import { openGate } from '@trace-mesh/access/gate';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { createRestApiClient, restApiAnswers } from '@trace-mesh/rest-api/client';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import { createHubClient } from '@trace-mesh/ws-hub/client';
import type { z } from 'zod';
import { joinCancellations } from './cancellations.ts';
import type { Config, StdioConfig } from './config.ts';
import type { AppDeps, Deps } from './deps.ts';

type Scope = Pick<ServiceScope, 'logger' | 'use'>;

/** The connection to the hub is shared by the tasks of every tenant. */
const HUB_IDENTITY: Identity = { tenantId: 'trace-mesh', userId: 'edge-mcp', scopes: ['tasks:read'] };

/** Opens what the HTTP server needs; `checks` are for its readiness. */
export async function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Scope,
): Promise<AppDeps & { checks: Record<string, ReadinessCheck> }> {
  const counts = openCounts('edge-mcp', config.REDIS_URL, { logger, use });
  const gate = openGate(config, { services: false, counts });
  const tokens = createServiceTokens('edge-mcp', config.KEYS_DIR);
  const token = () => tokens.tokenFor(HUB_IDENTITY);
  const hub = use(createHubClient(config.WS_HUB_URL, { agentId: 'edge-mcp', token }, logger));
  const url = new URL(config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}/mcp`);
  return {
    ...gate,
    apiFor: (identity) => createRestApiClient(config.REST_API_URL, () => tokens.authorizationFor(identity)),
    hub,
    cancellations: await joinCancellations(config.REDIS_URL, { logger, use }),
    logger,
    resource: { url, issuer: config.TOKEN_ISSUER },
    checks: { 'ws-hub': () => hub.answers(), 'rest-api': () => restApiAnswers(config.REST_API_URL) },
  };
}

/** Opens what the stdio server needs: it runs outside the trust boundary, with the agent's token only. */
export function openStdioDeps(config: z.infer<typeof StdioConfig>, { logger, use }: Scope): Deps {
  const token = config.MESH_TOKEN;
  const { identity } = identify(config);
  return {
    api: createRestApiClient(config.REST_API_URL, () => `Bearer ${token}`),
    hub: use(createHubClient(config.WS_HUB_URL, { agentId: 'edge-mcp', token: () => token }, logger)),
    identity,
    logger,
  };
}

/** The agent of `MESH_TOKEN`. Throws an Error that names the variable and the fix. */
function identify(config: z.infer<typeof StdioConfig>) {
  try {
    return createAuthenticator(config, { services: false }).authenticateToken(config.MESH_TOKEN);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`MESH_TOKEN: ${why}; \`npm run -s token -- --tenant NAME\` prints one`, { cause });
  }
}
