// The agent's tokens. In a deployment an authorization server issues them; the demo has its key and plays that part.
import { SCOPES } from '@trace-mesh/access/caller';
import { openIssuer } from '@trace-mesh/access/issuer';

/** For whom the agent works, where a scenario does not need a tenant of its own. */
export const AGENT_TENANT = 'demo';
/** The agent, as the subject of its tokens. */
const AGENT_USER = 'agent';

export interface TokenWishes {
  tenantId?: string;
  /** By default every one but `trace:force`. */
  scopes?: readonly string[];
  costLimitMicroUsd?: number;
}

/** Access tokens; `bearer` has one as a header. */
export interface Tokens {
  token(wishes?: TokenWishes): string;
  bearer(wishes?: TokenWishes): string;
}

/** Tokens by the issuer's key in `keysDir`. Throws an Error that names the file where there is none. */
export function openTokens(keysDir: string): Tokens {
  const issuer = openIssuer({ KEYS_DIR: keysDir });
  const usual = SCOPES.filter((scope) => scope !== 'trace:force');
  const token = ({ tenantId = AGENT_TENANT, scopes = usual, costLimitMicroUsd }: TokenWishes = {}) =>
    issuer.issue({ tenantId, userId: AGENT_USER, scopes, costLimitMicroUsd });
  return { token, bearer: (wishes) => `Bearer ${token(wishes)}` };
}
