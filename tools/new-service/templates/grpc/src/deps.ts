import type { ServeOptions } from '@trace-mesh/runtime/grpc';
import type { Logger } from '@trace-mesh/tracing/logger';

export interface Deps {
  /** Authenticates each call. */
  admit: ServeOptions['admit'];
  logger: Logger;
}
