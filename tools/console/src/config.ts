import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { z } from 'zod';

const Json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue({ code: 'custom', message: 'is no JSON' });
    return z.NEVER;
  }
});

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  /** The mesh as this process reaches it. */
  MESH_ENDPOINTS: Json.pipe(Endpoints),
  /** The hub as the user's browser reaches it; by default as this process does. */
  PUBLIC_WS_HUB_URL: z.url({ protocol: /^wss?$/ }).optional(),
  /** The console as the mesh's processes reach it, where they take their knobs from: a WebSocket address. */
  LAB_URL: z.url({ protocol: /^wss?$/ }),
});
