// The lifecycle of a service: start, become ready, drain on a signal, close in reverse order, export the last spans.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { createLogger, type Logger } from '@trace-mesh/tracing/logger';
import { textOf } from '@trace-mesh/tracing/span';
import { AsyncDisposableStack } from '@whatwg-node/disposablestack';
import { z } from 'zod';
import { withinDeadline } from './deadline.ts';
import { type ReadinessCheck, serveHealth } from './health.ts';

/** How long closing all resources may take, in ms; then the process exits with 1. */
export const SHUTDOWN_DEADLINE_MS = 10_000;
/** How long the export of the last spans may take, in ms, after all resources are closed. */
export const FLUSH_DEADLINE_MS = 3_000;

export type { ReadinessCheck };

/** What a service is built with. */
export interface ServiceScope {
  logger: Logger;
  /** Takes ownership of a resource: it is disposed at shutdown, in reverse order of opening. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T;
  /** Adds a dependency without which the service is not ready; `/readyz` answers 503 while the check rejects. */
  readyWhen(name: string, check: ReadinessCheck): void;
  /** Aborts when the service becomes unready to stop, `SHUTDOWN_PAUSE_MS` before its resources are closed. */
  stopping: AbortSignal;
}

/** A TCP port to bind; 0 lets the system choose. */
export const Port = z.coerce.number().int().min(0).max(65535);

/** The lowest level that is logged. */
export const LogLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  .default('info');

/** The variables that every service reads. */
export const BaseConfig = z.object({
  LOG_LEVEL: LogLevel,
  HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: Port,
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().positive().default(SHUTDOWN_DEADLINE_MS),
  /** How long the service goes on serving after it became unready, in ms, until load balancers send it nothing more. */
  SHUTDOWN_PAUSE_MS: z.coerce.number().int().nonnegative().default(0),
});

/**
 * Runs a service until SIGTERM or SIGINT, then exits the process with 0. `start` opens its resources with `scope.use`; the
 * health server answers from the beginning, and reports ready once `start` has resolved. After a signal it reports unready, and
 * the resources stay open for `SHUTDOWN_PAUSE_MS`. Exits with 1, after one log line that
 * names the cause, if the configuration is invalid, a port is taken, `start` fails, an error is uncaught, a resource does not
 * close, or the shutdown overruns its deadline. The last spans are exported in every case; a failure of that is only logged.
 */
export function runService<Config extends z.infer<typeof BaseConfig>>(
  schema: z.ZodType<Config>,
  env: NodeJS.ProcessEnv,
  start: (config: Config, scope: ServiceScope) => Promise<void>,
): Promise<never> {
  const stopping = stopSignal();
  return runProcess(createLogger(), async (life) => {
    const { logger, use } = life;
    const config = parseConfig(schema, env);
    life.deadlineMs = config.SHUTDOWN_DEADLINE_MS;
    logger.level = config.LOG_LEVEL;
    const health = use(await serveHealth({ host: config.HOST, port: config.HEALTH_PORT }));
    const stop = new AbortController();
    await start(config, { logger, use, readyWhen: health.readyWhen, stopping: stop.signal });
    health.started();
    logger.info('ready');
    const reason = await stopping;
    health.stopping();
    stop.abort();
    logger.info({ signal: reason }, 'stopping');
    if (reason instanceof Error) throw reason;
    await pause(config.SHUTDOWN_PAUSE_MS);
  });
}

/** What a process runs with; `deadlineMs` is how long closing may take. */
interface Life extends Pick<ServiceScope, 'logger' | 'use'> {
  deadlineMs: number;
}

/** Runs `work`, disposes what it used in reverse order, exports the spans and exits: with 1, after a log line, if any of it failed. */
export async function runProcess(logger: Logger, work: (life: Life) => Promise<void>): Promise<never> {
  const resources = new AsyncDisposableStack();
  const life: Life = { logger, use: (resource) => resources.use(resource), deadlineMs: SHUTDOWN_DEADLINE_MS };
  let exitCode = 0;
  const step = async (run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      exitCode = 1;
      logger.fatal({ err: error }, textOf(error));
    }
  };
  await step(() => work(life));
  await step(async () => {
    // Without a native stack (Node 22), `disposeAsync` may return undefined.
    const closing = (async () => await resources.disposeAsync())();
    if (await withinDeadline(closing, life.deadlineMs)) return;
    throw new Error(`shutdown overran its deadline of ${life.deadlineMs} ms`);
  });
  await exportSpans(logger);
  logger.flush();
  process.exit(exitCode);
}

async function exportSpans(logger: Logger): Promise<void> {
  try {
    if (await withinDeadline(shutdownTelemetry(), FLUSH_DEADLINE_MS)) return;
    logger.warn({ deadlineMs: FLUSH_DEADLINE_MS }, 'exporting the last spans timed out');
  } catch (error) {
    logger.warn({ err: error }, 'exporting the last spans failed');
  }
}

/** Resolves with the signal's name, or with the uncaught error. */
async function stopSignal(): Promise<string | Error> {
  const uncaught = Promise.withResolvers<Error>();
  process.once('uncaughtException', uncaught.resolve);
  return Promise.race([
    once(process, 'SIGTERM').then(() => 'SIGTERM'),
    once(process, 'SIGINT').then(() => 'SIGINT'),
    uncaught.promise,
  ]);
}

/** Throws one error that names every variable that is missing or invalid. */
export function parseConfig<Config>(schema: z.ZodType<Config>, env: NodeJS.ProcessEnv): Config {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`invalid environment: ${problems.join('; ')}`);
}
