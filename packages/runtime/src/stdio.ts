// How a server lives that a client starts as its child: stdin is the connection and the lifeline, stdout is the protocol,
// so logs go to stderr, there is no port, and the end of stdin is the end.
import { once } from 'node:events';
import { createLogger } from '@trace-mesh/tracing/logger';
import { AsyncDisposableStack } from '@whatwg-node/disposablestack';
import { pino } from 'pino';
import type { z } from 'zod';
import {
  closeAll,
  flush,
  parseConfig,
  type ServiceScope,
  SHUTDOWN_DEADLINE_MS,
  withinDeadline,
} from './service.ts';

const STDERR = 2;

/**
 * Runs a server until stdin ends, or SIGTERM or SIGINT, then disposes in reverse order, flushes the spans and exits the
 * process: 0, or 1 after one line on stderr that names the cause.
 */
export async function runStdio<Config extends { LOG_LEVEL: string }>(
  schema: z.ZodType<Config>,
  env: NodeJS.ProcessEnv,
  start: (config: Config, scope: Pick<ServiceScope, 'logger' | 'use'>) => Promise<void>,
): Promise<never> {
  const logger = createLogger(pino.destination({ dest: STDERR, sync: true }));
  const stopping = Promise.race([
    once(process.stdin, 'end'),
    once(process.stdin, 'close'),
    once(process, 'SIGTERM'),
    once(process, 'SIGINT'),
  ]);
  const resources = new AsyncDisposableStack();
  let exitCode = 0;
  const failed = (error: unknown) => {
    exitCode = 1;
    logger.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  };
  try {
    const config = parseConfig(schema, env);
    logger.level = config.LOG_LEVEL;
    await start(config, { logger, use: (r) => resources.use(r) });
    // A transport that has closed by itself, as when its client cannot be written to, pauses stdin unless somebody else reads:
    // the end, which is the lifeline, would never be heard.
    process.stdin.on('data', () => undefined);
    await stopping;
  } catch (error) {
    failed(error);
  }
  try {
    if (!(await withinDeadline(closeAll(resources), SHUTDOWN_DEADLINE_MS))) {
      throw new Error(`shutdown overran its deadline of ${SHUTDOWN_DEADLINE_MS} ms`);
    }
  } catch (error) {
    failed(error);
  }
  await flush(logger);
  process.exit(exitCode);
}
