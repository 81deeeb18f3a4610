// The agent's tokens. In a deployment an authorization server issues them; the demo signs with its key.
import { SCOPES } from '@trace-mesh/access/caller';
import { openIssuer } from '@trace-mesh/access/issuer';

/** The default tenant. */
export const AGENT_TENANT = 'demo';
/** The agent, as the subject of its tokens. */
const AGENT_USER = 'agent';

export interface TokenOptions {
  tenantId?: string;
  /** By default all but `trace:force`. */
  scopes?: readonly string[];
  costLimitMicroUsd?: number;
}

/** Access tokens; `bearer` returns the header's value. */
export interface Tokens {
  token(options?: TokenOptions): string;
  bearer(options?: TokenOptions): string;
}

/** Signs tokens with the issuer's key in `keysDir`. Throws an Error that names the file if it is absent. */
export function openTokens(keysDir: string): Tokens {
  const issuer = openIssuer({ KEYS_DIR: keysDir });
  const usual = SCOPES.filter((scope) => scope !== 'trace:force');
  const token = ({ tenantId = AGENT_TENANT, scopes = usual, costLimitMicroUsd }: TokenOptions = {}) =>
    issuer.issue({ tenantId, userId: AGENT_USER, scopes, costLimitMicroUsd });
  return { token, bearer: (options) => `Bearer ${token(options)}` };
}
