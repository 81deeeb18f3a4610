// Starts service.fixture.ts as a process, beside a trace backend.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type ListeningServer, listen } from './listen.ts';

const FIXTURE = fileURLToPath(new URL('./service.fixture.ts', import.meta.url));
const REGISTER = import.meta.resolve('@trace-mesh/tracing/register');
export const LOCAL = { host: '127.0.0.1', port: 0 };
// Longer than any test: spans arrive by the export at exit only.
export const NEVER_MS = '600000';

interface Export {
  resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
}

/** The names of the spans that the backend received in a test. */
export const received: string[] = [];
export let backend: ListeningServer;
let env: NodeJS.ProcessEnv;

/** Opens the backend for the tests of a file. */
export function useBackend(): void {
  beforeAll(async () => {
    backend = await listen(async (request, response) => {
      const { resourceSpans } = (await json(request)) as Export;
      for (const { scopeSpans } of resourceSpans) {
        for (const { spans } of scopeSpans) received.push(...spans.map((span) => span.name));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }, LOCAL);
  });
  afterAll(() => backend[Symbol.asyncDispose]());
  beforeEach(() => {
    received.length = 0;
    env = {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HEALTH_PORT: '0',
      OTEL_SERVICE_NAME: 'tiny',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${backend.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: NEVER_MS,
    };
  });
}

export function start(args: string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--import', REGISTER, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: string[] = [];
  const isReady = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    seen.push(chunk.toString());
    if (seen.join('').includes('"msg":"ready"')) isReady.resolve();
  });
  const stderr = text(child.stderr);
  const ended = once(child, 'close').then(async ([code, signal]) => {
    isReady.reject(new Error(`exited before it was ready: ${seen.join('')}${await stderr}`));
    return { code, signal, stderr: await stderr, lines: seen.join('').trim().split('\n').filter(Boolean) };
  });
  isReady.promise.catch(() => undefined);
  return { child, ready: isReady.promise, ended };
}

/** A fatal line is written synchronously and may overtake the lines before it. */
export const fatal = (lines: string[]) => lines.find((line) => JSON.parse(line).level === 60);

export const service = (more?: NodeJS.ProcessEnv) => start([FIXTURE], more);
