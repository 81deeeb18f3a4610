// A console with a double for its agent, for tests of its server.
import type { RequestListener } from 'node:http';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createApp } from './app.ts';
import { createFirings } from './firings.ts';

/** Closed after each test. */
export const opened = new Set<AsyncDisposable>();
export async function closeConsoles(): Promise<void> {
  for (const resource of opened) await resource[Symbol.asyncDispose]();
  opened.clear();
}

export const click = { traceId: 'a'.repeat(32), sampled: false };
export const taskId = '00000000-0000-4000-8000-000000000000';
export const request = { scenario: 'http', click, taskId, knobs: {} };

/** A console on a free port, whose agent is `fire`. */
export async function openConsole(
  fire: (...args: never[]) => Promise<object> = async () => ({}),
  otlp = 'http://127.0.0.1:9',
  received = ROOT_CONTEXT,
  services = ['agent', 'worker'],
) {
  const applied: unknown[] = [];
  const lab = {
    services: () => services,
    wire: () => [],
    setKnobs: async (knobs: unknown) => {
      applied.push(knobs);
      return { applied: [], missing: ['worker'] };
    },
  };
  const endpoints = { traces: otlp, otlp, viewer: 'http://viewer' };
  const firings = createFirings({ agent: { fire }, lab, endpoints, verdictTimeoutMs: 1_000 } as never);
  const tokens = { token: () => 'a-token', bearer: () => '' };
  const page = { '/': { type: 'html', body: '<!doctype html>' } };
  const app = createApp({
    ...{ page, firings, doctor: () => {}, lab, endpoints, tokens, logger: createLogger({ write: () => {} }) },
    hubUrl: 'ws://127.0.0.1:20004/ws',
    allowedHosts: ['127.0.0.1'],
  } as never);
  // As the HTTP instrumentation does with an extracted context.
  const handle: RequestListener = (request, response) => context.with(received, () => app(request, response));
  const server = await listen(handle, { host: '127.0.0.1', port: 0 });
  opened.add(firings).add(server);
  const url = `http://127.0.0.1:${server.port}`;
  const post = (path: string, body: unknown, headers = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { url, post, applied, server };
}
