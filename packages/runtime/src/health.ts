// Liveness, readiness and metrics, on a separate port, so that load on the service does not delay them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { getMetricsListener } from '@trace-mesh/tracing/lifecycle';
import { withinDeadline } from './deadline.ts';
import { type ListenOptions, listen } from './listen.ts';

/** Rejects while the dependency is not available. */
export type ReadinessCheck = () => Promise<unknown>;

/** The health server of a service. */
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
    if (failed.length > 0) return send(response, 503, { status: 'unready', failed });
    send(response, 200, { status: 'ready' });
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
 * The names of the checks that reject, or take longer than `READINESS_TIMEOUT_MS`, run without spans. A check calls its dependency,
 * but not that one's readiness: otherwise one service that is not ready would make all the others unready.
 */
export async function failing(checks: Map<string, ReadinessCheck>): Promise<string[]> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      const running = context.with(suppressTracing(ROOT_CONTEXT), async () => await check());
      const holds = await withinDeadline(running, READINESS_TIMEOUT_MS).catch(() => false);
      return holds ? [] : [name];
    }),
  );
  return results.flat();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
