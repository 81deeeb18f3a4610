// Liveness, readiness and metrics, on a port of their own so that load on the service cannot hide or fake them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { getMetricsListener } from '@trace-mesh/tracing/lifecycle';
import { type ListenOptions, listen } from './listen.ts';

/** Rejects while the dependency is not available. */
export type ReadinessCheck = () => Promise<unknown>;

/** The health server of a service, told what to answer. */
export interface Health extends AsyncDisposable {
  port: number;
  readyWhen(name: string, check: ReadinessCheck): void;
  started(): void;
  stopping(): void;
}

/** A readiness check that takes longer than this, in ms, counts as failed. */
export const READINESS_TIMEOUT_MS = 1_000;

/**
 * Serves `GET /livez` (200 while the process runs) and `GET /readyz` (200 once started and while every check holds,
 * else 503 with the names of what failed, as `{"status":"unready","failed":["postgres"]}`). `GET /metrics` answers in
 * Prometheus' text format, or 404 where tracing is off or metrics go elsewhere.
 */
export async function serveHealth(options: ListenOptions): Promise<Health> {
  const checks = new Map<string, ReadinessCheck>();
  let state: 'starting' | 'started' | 'stopping' = 'starting';

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/livez') return send(response, 200, { status: 'live' });
    const metrics = getMetricsListener();
    if (request.url === '/metrics' && metrics) return metrics(request, response);
    if (request.url !== '/readyz') return send(response, 404, { status: 'not found' });
    if (state !== 'started') return send(response, 503, { status: state });
    const failed = await failing(checks);
    send(
      response,
      failed.length ? 503 : 200,
      failed.length ? { status: 'unready', failed } : { status: 'ready' },
    );
  }

  const server = await listen((request, response) => void answer(request, response), options);
  return {
    port: server.port,
    readyWhen: (name, check) => void checks.set(name, check),
    started: () => {
      state = 'started';
    },
    stopping: () => {
      state = 'stopping';
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * The names of the checks that reject, or take longer than `READINESS_TIMEOUT_MS`. They leave no spans. A check asks whether
 * its dependency answers, not whether that one is ready itself: else one part that is down would take all the others with it.
 */
export async function failing(checks: Map<string, ReadinessCheck>): Promise<string[]> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      const timeout = AbortSignal.timeout(READINESS_TIMEOUT_MS);
      const late = new Promise<never>((_, reject) => {
        timeout.addEventListener('abort', () => reject(timeout.reason));
      });
      return Promise.race([quiet(check), late]).then(
        () => [],
        () => [name],
      );
    }),
  );
  return results.flat();
}

const quiet = (check: ReadinessCheck) =>
  context.with(suppressTracing(ROOT_CONTEXT), async () => await check());

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
