import type { Gate } from '@trace-mesh/access/express';
import type { Logger } from '@trace-mesh/tracing/logger';

export interface Deps extends Gate {
  logger: Logger;
}
