// When is a process ready? Asked over and over until it says yes, dies or the deadline passes; never a guessed sleep.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** What must answer before a process counts as ready; `exit` is for one-shots, which are ready when they ended well. */
export type Readiness = { http: string } | { tcp: number } | { postgres: string } | { exit: 0 };

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 100;
const ANSWER_MS = 2_000;

async function httpAnswers(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

async function tcpAnswers(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function postgresAnswers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS });
  // A server that closes on us while it starts is not ready yet; connect() reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

function probe(readiness: Exclude<Readiness, { exit: 0 }>, signal: AbortSignal): Promise<void> {
  if ('http' in readiness) return httpAnswers(readiness.http, signal);
  if ('tcp' in readiness) return tcpAnswers(readiness.tcp);
  return postgresAnswers(readiness.postgres);
}

/** Resolves once the probe succeeds; rejects with the probe's last complaint when `signal` aborts. */
export async function untilReady(
  readiness: Exclude<Readiness, { exit: 0 }>,
  signal: AbortSignal,
): Promise<void> {
  let complaint: unknown;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await probe(readiness, signal);
    } catch (error) {
      if (signal.aborted) throw complaint ?? error;
      complaint = error;
    }
    // Aborting ends the pause early; the next probe then fails at once, and that is the end.
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}
