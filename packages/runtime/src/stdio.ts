// The lifecycle of a server that its client starts as a child process: stdin and stdout are the connection, so logs go to stderr,
// there is no port, and the end of stdin ends the process.
import { once } from 'node:events';
import { createLogger } from '@trace-mesh/tracing/logger';
import { pino } from 'pino';
import type { z } from 'zod';
import { parseConfig, runProcess, type ServiceScope } from './service.ts';

const STDERR = 2;

/**
 * Runs a server until stdin ends, or SIGTERM or SIGINT, then disposes in reverse order, exports the spans and exits the
 * process: with 0, or with 1 after one line on stderr that names the cause.
 */
export function runStdio<Config extends { LOG_LEVEL: string }>(
  schema: z.ZodType<Config>,
  env: NodeJS.ProcessEnv,
  start: (config: Config, scope: Pick<ServiceScope, 'logger' | 'use'>) => Promise<void>,
): Promise<never> {
  const stopping = Promise.race([
    once(process.stdin, 'end'),
    once(process.stdin, 'close'),
    once(process, 'SIGTERM'),
    once(process, 'SIGINT'),
  ]);
  return runProcess(createLogger(pino.destination({ dest: STDERR, sync: true })), async ({ logger, use }) => {
    const config = parseConfig(schema, env);
    logger.level = config.LOG_LEVEL;
    await start(config, { logger, use });
    // A transport that closes itself, since its client cannot be written to, pauses stdin; without a reader its end is not emitted.
    process.stdin.on('data', () => undefined);
    await stopping;
  });
}
