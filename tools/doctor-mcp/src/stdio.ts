// The doctor over stdio: an agent starts it as its child. stdout carries the protocol, stderr the log.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { LogLevel } from '@trace-mesh/runtime/service';
import { runStdio } from '@trace-mesh/runtime/stdio';
import { DOCTOR_SERVICE } from '@trace-mesh/trace-doctor/answers/own-calls';
import { wrapTransport } from '@trace-mesh/tracing/mcp-server';
import { z } from 'zod';
import { createDoctorServer, type DoctorOptions } from './server.ts';

export interface StdioOptions extends Omit<DoctorOptions, 'transport' | 'logger'> {
  /** `process.env`: the SDK reads it when it starts. */
  env: NodeJS.ProcessEnv;
  /** Where the doctor's own spans go, OTLP over HTTP; undefined as long as no mesh runs, `none` if they go nowhere. */
  otlp(): Promise<string | undefined>;
}

const Config = z.object({ LOG_LEVEL: LogLevel.default('warn') });

/** Serves until stdin ends, or a signal; then exports the spans and exits the process. */
export function serveDoctor({ env, otlp, ...options }: StdioOptions): Promise<never> {
  return runStdio(Config, env, async (_config, { logger, use }) => {
    const onerror = (error: Error) => logger.warn({ err: error }, 'MCP message refused');
    const start = tracingOnce(env, otlp);
    const served = serveStdio(
      () => {
        const server = createDoctorServer({ ...options, logger, transport: 'stdio' });
        // In the order of arrival: a message waits until the one before it has been passed on.
        let passed = Promise.resolve();
        return wrapTransport(server, () => ({
          received: (_message, next) => {
            passed = passed
              .then(start)
              .catch(onerror)
              .then(() => next());
          },
        }));
      },
      { onerror },
    );
    use({ [Symbol.asyncDispose]: () => served.close() });
  });
}

/**
 * Starts the SDK at the first message at which a mesh runs. An agent starts its servers with itself, which may be long before
 * the mesh, and the preload reads once where the spans go.
 */
function tracingOnce(env: NodeJS.ProcessEnv, otlp: StdioOptions['otlp']): () => Promise<void> {
  let started = false;
  return async () => {
    if (started) return;
    const target = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? (await otlp());
    if (target === undefined) return;
    started = true;
    env.OTEL_SERVICE_NAME ||= DOCTOR_SERVICE;
    if (target === 'none') env.OTEL_TRACES_EXPORTER ||= 'none';
    else env.OTEL_EXPORTER_OTLP_ENDPOINT ||= target;
    await import('@trace-mesh/tracing/register');
  };
}
