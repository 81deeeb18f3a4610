import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { z } from 'zod';

const Json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue({ code: 'custom', message: 'is not valid JSON' });
    return z.NEVER;
  }
});

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  /** The addresses of the mesh for this process. */
  MESH_ENDPOINTS: Json.pipe(Endpoints),
  /** The address of the hub for the browser; by default that for this process. */
  PUBLIC_WS_HUB_URL: z.url({ protocol: /^wss?$/ }).optional(),
  /** The WebSocket address of the lab for the mesh's processes, which receive their knobs there. */
  LAB_URL: z.url({ protocol: /^wss?$/ }),
});
