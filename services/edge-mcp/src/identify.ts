import { createAuthenticator } from '@trace-mesh/access/authenticator';
import type { Caller } from '@trace-mesh/access/caller';
import type { z } from 'zod';
import type { StdioConfig } from './config.ts';

/** Who started this server, by `MESH_TOKEN`. Throws an Error that names the variable and the mend. */
export function identify(config: z.infer<typeof StdioConfig>): Caller {
  try {
    return createAuthenticator(config, { services: false }).authenticateToken(config.MESH_TOKEN);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`MESH_TOKEN: ${why}; \`npm run -s token -- --tenant NAME\` prints one`, { cause });
  }
}
