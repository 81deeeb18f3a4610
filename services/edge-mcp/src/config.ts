import { AccessConfig } from '@trace-mesh/access/config';
import { RedisUrl } from '@trace-mesh/runtime/redis';
import { BaseConfig, LogLevel, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';

const Backends = z.object({
  REST_API_URL: z.url(),
  WS_HUB_URL: z.url({ protocol: /^wss?$/ }),
});

/** The stdio server: it opens no port, and calls with the agent's token. */
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
  /** Where all instances count requests together, and pass on cancellations; without it each has its own. */
  REDIS_URL: RedisUrl.optional(),
  /** The address of this server for agents, in RFC 9728's metadata; by default where it listens. */
  PUBLIC_URL: z.url().optional(),
});
