// A misbehaving trace backend, and a service of the mesh that exports its spans to it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { type ListeningServer, listen } from '@trace-mesh/runtime/listen';
import { inject } from 'vitest';
import { freePort } from '../free-port.ts';

const LOCAL = { host: '127.0.0.1', port: 0 };
const HUB = fileURLToPath(new URL('../../services/ws-hub', import.meta.url));
/** How long the service may take to start, or to end, in ms: more than the deadline of its flush. */
const PATIENCE_MS = 30_000;

/** How the backend answers an export. */
export type Misbehave = (response: ServerResponse) => void;

export interface Exporting {
  /** The service's own address. */
  url: string;
  /** How the next exports are answered. */
  answerWith(misbehave: Misbehave): void;
  /** How many exports have come. */
  exports(): number;
  isRunning(): boolean;
  /** Asks the service to end; answers its exit code and all that it logged. */
  end(): Promise<{ code: number | null; log: string }>;
}

/** Starts the hub beside the mesh, with a trace backend of its own. */
export async function startExporting(): Promise<Exporting> {
  let answer: Misbehave = (response) => void response.writeHead(200).end();
  let exports = 0;
  const backend = await listen((request, response) => {
    // The whole export, before it is counted.
    request.resume().on('end', () => {
      exports += 1;
      answer(response);
    });
  }, LOCAL);
  const port = await freePort();
  const { child, log } = await startHub(port, backend);
  return {
    url: `http://127.0.0.1:${port}`,
    answerWith: (misbehave) => {
      answer = misbehave;
    },
    exports: () => exports,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async end() {
      const ended = once(child, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) });
      child.kill('SIGTERM');
      const [code] = await ended;
      backend.server.closeAllConnections();
      await backend[Symbol.asyncDispose]();
      return { code, log: log() };
    },
  };
}

async function startHub(
  port: number,
  backend: ListeningServer,
): Promise<{ child: ChildProcess; log: () => string }> {
  const child = spawn(process.execPath, ['--import', '@trace-mesh/tracing/register', 'src/main.ts'], {
    cwd: HUB,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HEALTH_PORT: '0',
      REDIS_URL: inject('infra').redisUrl,
      KEYS_DIR: CHECKOUT_KEYS,
      OTEL_SERVICE_NAME: 'hub-alone',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${backend.port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  const collect = (chunk: Buffer) => {
    said.push(chunk.toString());
    if (said.join('').includes('"msg":"ready"')) ready.resolve();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.once('close', () => ready.reject(new Error(`the hub ended: ${said.join('')}`)));
  await ready.promise;
  return { child, log: () => said.join('') };
}
