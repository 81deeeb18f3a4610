import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, LogLevel, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';

const Backends = z.object({
  REST_API_URL: z.url(),
  WS_HUB_URL: z.url({ protocol: /^wss?$/ }),
});

/** What a server over stdio needs: it listens nowhere, and calls with the token of the one who started it. */
export const StdioConfig = AccessConfig.extend({
  ...Backends.shape,
  LOG_LEVEL: LogLevel,
  /** The agent's access token: the identity of every call. */
  MESH_TOKEN: z.string().min(1),
});

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  ...Backends.shape,
  PORT: Port,
  /** The address under which agents know this server, for those who ask which tokens it takes; by default where it listens. */
  PUBLIC_URL: z.url().optional(),
});
