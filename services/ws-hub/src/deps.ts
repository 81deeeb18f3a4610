import type { Authenticator } from '@trace-mesh/access/authenticator';
import type { Gate } from '@trace-mesh/access/express';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { ConnectionRegistry } from './registry.ts';
import type { ResumeLog } from './resume-log.ts';

export interface Deps extends Gate {
  authenticator: Authenticator;
  registry: ConnectionRegistry;
  log: ResumeLog;
  logger: Logger;
  /** How often sockets are pinged, in ms. */
  heartbeatMs?: number;
  /** How long a client may take to send `hello`, in ms. */
  helloTimeoutMs?: number;
}
