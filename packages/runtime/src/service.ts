// How every service lives: start, be ready, drain on a signal, close in reverse order, flush the spans last.
import { once } from 'node:events';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { createLogger, type Logger } from '@trace-mesh/tracing/logger';
import { AsyncDisposableStack } from '@whatwg-node/disposablestack';
import { z } from 'zod';
import { type ReadinessCheck, serveHealth } from './health.ts';

/** Closing everything may take this long, in ms; what has not closed by then is left, and the exit code is 1. */
export const SHUTDOWN_DEADLINE_MS = 10_000;
/** Sending the last spans may take this long, in ms, after everything is closed; a trace backend that is down costs no more. */
export const FLUSH_DEADLINE_MS = 3_000;

export { type ReadinessCheck, shutdownTelemetry };

/** What a service gets to build itself with. */
export interface ServiceScope {
  logger: Logger;
  /** Takes ownership of an open resource: it is disposed at shutdown, in reverse order of opening. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T;
  /** Names a dependency without which the service is not ready; `/readyz` answers 503 while the check rejects. */
  readyWhen(name: string, check: ReadinessCheck): void;
}

/** A TCP port to bind; 0 lets the system choose. */
export const Port = z.coerce.number().int().min(0).max(65535);

/** From which level on lines are logged. */
export const LogLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  .default('info');

/** The variables that every service reads, beside its own. */
export const BaseConfig = z.object({
  LOG_LEVEL: LogLevel,
  HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: Port,
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().positive().default(SHUTDOWN_DEADLINE_MS),
});

/**
 * Runs a service until SIGTERM or SIGINT, then exits the process with 0. `start` opens what it needs through
 * `scope.use`; the health server answers from the first moment and says ready once `start` has returned.
 * Exit code 1, after one line that names the cause: bad configuration, a taken port, any other failure to start,
 * an uncaught error later, a resource that failed to close, or a shutdown that overran its deadline. The last spans are
 * sent in every case; whether they arrive changes nothing.
 */
export async function runService<Config extends z.infer<typeof BaseConfig>>(
  schema: z.ZodType<Config>,
  env: NodeJS.ProcessEnv,
  start: (config: Config, scope: ServiceScope) => Promise<void>,
): Promise<never> {
  const logger = createLogger();
  const stopping = stopSignal();
  const resources = new AsyncDisposableStack();
  let exitCode = 0;
  let deadlineMs = SHUTDOWN_DEADLINE_MS;
  const failed = (error: unknown) => {
    exitCode = 1;
    logger.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  };
  try {
    const config = parseConfig(schema, env);
    deadlineMs = config.SHUTDOWN_DEADLINE_MS;
    logger.level = config.LOG_LEVEL;
    const health = resources.use(await serveHealth({ host: config.HOST, port: config.HEALTH_PORT }));
    await start(config, { logger, use: (r) => resources.use(r), readyWhen: health.readyWhen });
    health.started();
    logger.info('ready');
    const reason = await stopping;
    health.stopping();
    logger.info({ signal: reason }, 'stopping');
    if (reason instanceof Error) throw reason;
  } catch (error) {
    failed(error);
  }
  try {
    if (!(await withinDeadline(closeAll(resources), deadlineMs))) {
      throw new Error(`shutdown overran its deadline of ${deadlineMs} ms`);
    }
  } catch (error) {
    failed(error);
  }
  await flush(logger);
  logger.flush();
  process.exit(exitCode);
}

/** Sends the last spans; whether they arrive changes nothing but a line of the log. */
export async function flush(logger: Logger): Promise<void> {
  try {
    if (!(await withinDeadline(shutdownTelemetry(), FLUSH_DEADLINE_MS))) {
      logger.warn({ deadlineMs: FLUSH_DEADLINE_MS }, 'the last spans were not sent in time');
    }
  } catch (error) {
    logger.warn({ err: error }, 'the last spans could not be sent');
  }
}

/** Disposes in reverse. A promise in every case: where Node has no such stack of its own (22), the package's may end at once. */
export const closeAll = async (resources: AsyncDisposableStack): Promise<void> => resources.disposeAsync();

/** False when `work` has not ended after `deadlineMs`. */
export async function withinDeadline(work: Promise<void>, deadlineMs: number): Promise<boolean> {
  const { promise: overrun, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, deadlineMs, false);
  try {
    return await Promise.race([work.then(() => true), overrun]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the signal's name, or with the error that nothing caught. */
async function stopSignal(): Promise<string | Error> {
  const uncaught = Promise.withResolvers<Error>();
  process.once('uncaughtException', uncaught.resolve);
  return Promise.race([
    once(process, 'SIGTERM').then(() => 'SIGTERM'),
    once(process, 'SIGINT').then(() => 'SIGINT'),
    uncaught.promise,
  ]);
}

/** The configuration, or an error that names every variable that is missing or wrong. */
export function parseConfig<Config>(schema: z.ZodType<Config>, env: NodeJS.ProcessEnv): Config {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the environment does not configure this service: ${problems.join('; ')}`);
}
