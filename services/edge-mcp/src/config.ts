import { BaseConfig, Port } from '@trace-mesh/tracing/lifecycle';
import { z } from 'zod';

/** What a server over stdio needs: it listens nowhere. */
export const StdioConfig = z.object({
  REST_API_URL: z.url(),
  WS_HUB_URL: z.url({ protocol: /^wss?$/ }),
  /** For whom calls are made: tenant and user. */
  TENANT_ID: z.string().min(1).default('demo'),
  USER_ID: z.string().min(1).default('agent'),
});

export const Config = BaseConfig.extend({
  ...StdioConfig.shape,
  PORT: Port,
  /** Host names that requests may be addressed to; others are refused (DNS rebinding). Comma-separated. */
  ALLOWED_HOSTS: z
    .string()
    .default('localhost,127.0.0.1,[::1]')
    .transform((hosts) => hosts.split(',').map((host) => host.trim())),
});
