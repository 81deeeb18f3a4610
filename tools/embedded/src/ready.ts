// Polls a process until it is ready.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** What must answer before a process is ready: a URL, a port, a database. A one-shot (`exit`) is ready after exit code 0. */
export type Readiness = { http: string } | { tcp: number } | { postgres: string } | { exit: 0 };
type Probe = Exclude<Readiness, { exit: 0 }>;

const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 100;
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

function runProbe(probe: Probe, signal: AbortSignal): Promise<void> {
  if ('http' in probe) return probeHttp(probe.http, signal);
  if ('tcp' in probe) return probeTcp(probe.tcp);
  return probePostgres(probe.postgres);
}

/** Resolves after the first successful probe. Rejects with the last error of a probe when `signal` aborts. */
export async function untilReady(probe: Probe, signal: AbortSignal): Promise<void> {
  let lastError: unknown;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, MAX_PAUSE_MS)) {
    try {
      return await runProbe(probe, signal);
    } catch (error) {
      if (signal.aborted) throw lastError ?? error;
      lastError = error;
    }
    // An abort ends the pause; the next probe then fails and ends the loop.
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}
