// Sends POST /api/tasks open-loop: each request at its time, whether earlier ones were answered or not. A process of its own, so
// that its CPU is counted apart. Arguments: one `LoadPlan` as JSON. Prints one `LoadResult` as JSON.
import { Agent, request } from 'node:http';
import { quantile } from './statistics.ts';

export interface LoadPlan {
  /** The base URL of rest-api. */
  url: string;
  /** `Authorization` headers, used in turn. */
  authorizations: string[];
  /** Requests per second. */
  rate: number;
  seconds: number;
  /** How many requests are sent at the same time (default: 1). */
  burst?: number;
}

export interface LoadResult {
  sent: number;
  /** Answers with status 202. */
  accepted: number;
  /** All others, by status or by the error's code. */
  errors: Record<string, number>;
  /** Answers without `X-Trace-ID`. */
  withoutTraceId: number;
  /** From the scheduled time to the end of the answer, in ms. */
  p50Ms: number;
  p99Ms: number;
  /** From the first request to the last answer, in s. */
  elapsedS: number;
  /** CPU time of this process while it sent, in ms. */
  cpuMs: number;
}

/** Requests beyond this many wait for a connection in this process; the wait counts as latency. */
const MAX_CONNECTIONS = 256;
/** How long an answer may take, in ms. */
const TIMEOUT_MS = 30_000;
const TICK_MS = 1;

async function generate({ url, authorizations, rate, seconds, burst = 1 }: LoadPlan): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const body = JSON.stringify({ prompt: 'Name one river of Europe.', maxTokens: 16 });
  const latencies: number[] = [];
  const result = { accepted: 0, errors: {} as Record<string, number>, withoutTraceId: 0 };
  const total = Math.round(rate * seconds);
  const finished = Promise.withResolvers<void>();
  const cpu = process.cpuUsage();
  const start = performance.now();
  let sent = 0;
  let ended = 0;

  function end(due: number, error?: string): void {
    latencies.push(performance.now() - due);
    if (error) result.errors[error] = (result.errors[error] ?? 0) + 1;
    else result.accepted += 1;
    ended += 1;
    if (ended === total) finished.resolve();
  }

  function send(due: number): void {
    const headers = {
      authorization: authorizations[sent % authorizations.length],
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request({ hostname, port, path: '/api/tasks', method: 'POST', agent, headers });
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(Object.assign(new Error(), { code: 'timeout' })));
    const failed = (error: NodeJS.ErrnoException) => end(due, error.code ?? error.message);
    let answered = false;
    outgoing.on('error', (error) => !answered && failed(error));
    outgoing.once('response', (response) => {
      answered = true;
      const { statusCode, headers } = response;
      if (!headers['x-trace-id']) result.withoutTraceId += 1;
      response.once('error', failed);
      response.once('end', () => end(due, statusCode === 202 ? undefined : String(statusCode)));
      response.resume();
    });
    outgoing.end(body);
  }

  /** When a request is due, in ms since the start. */
  const dueAt = (index: number) => ((index - (index % burst)) * 1_000) / rate;

  function sendDue(): void {
    const now = performance.now() - start;
    while (sent < total && dueAt(sent) <= now) {
      send(start + dueAt(sent));
      sent += 1;
    }
    // A timer for each request at low rates, at most one for each ms: a fixed tick would cost more than the requests.
    if (sent < total) setTimeout(sendDue, Math.max(TICK_MS, dueAt(sent) - now));
  }

  sendDue();
  await finished.promise;
  agent.destroy();
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...result,
    sent: total,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    elapsedS: (performance.now() - start) / 1_000,
    cpuMs: (user + system) / 1_000,
  };
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await generate(JSON.parse(plan))));
