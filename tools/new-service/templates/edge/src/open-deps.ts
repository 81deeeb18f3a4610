import { openGate } from '@trace-mesh/access/gate';
import type { ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';

/** Opens what the service depends on. */
export function openDeps(config: z.infer<typeof Config>, { logger }: Pick<ServiceScope, 'logger'>): Deps {
  return { ...openGate(config), logger };
}
