// Polls a process until it is ready.
import { once } from 'node:events';
import { connect } from 'node:net';
import pRetry from 'p-retry';
import pg from 'pg';

/** What must answer before a process is ready: a URL, a port, a database. A one-shot (`exit`) is ready after exit code 0. */
export type Readiness = { http: string } | { tcp: number } | { postgres: string } | { exit: 0 };

const TIMEOUT_MS = 2_000;

async function probeHttp(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

async function probeTcp(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function probePostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  // A server that is starting closes connections; `connect` rejects then, and this event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

function runProbe(probe: Exclude<Readiness, { exit: 0 }>, signal: AbortSignal): Promise<void> {
  if ('http' in probe) return probeHttp(probe.http, signal);
  if ('tcp' in probe) return probeTcp(probe.tcp);
  return probePostgres(probe.postgres);
}

/**
 * Resolves after the first successful probe; for a one-shot, whose exit is its readiness, never. Rejects with the last error of
 * a probe when `signal` aborts.
 */
export async function untilReady(ready: Readiness, signal: AbortSignal): Promise<void> {
  if ('exit' in ready) {
    await once(signal, 'abort');
    throw new Error('it still runs');
  }
  let lastError: unknown;
  const pauses = { retries: Number.POSITIVE_INFINITY, minTimeout: 25, factor: 1.5, maxTimeout: 100 };
  const onFailedAttempt = ({ error }: { error: Error }) => {
    if (!signal.aborted) lastError = error;
  };
  await pRetry(() => runProbe(ready, signal), { ...pauses, signal, onFailedAttempt }).catch((error) => {
    throw lastError ?? error;
  });
}
