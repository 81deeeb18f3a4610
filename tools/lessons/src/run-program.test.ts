import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeys } from '@trace-mesh/access/keys';
import { composeEndpoints } from '@trace-mesh/cli/compose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Lesson } from './lesson.ts';
import { runProgram, versionFile } from './run-program.ts';

// Each starts a process.
vi.setConfig({ testTimeout: 30_000 });

const endpoints = composeEndpoints({});
let keysDir: string;
beforeAll(async () => {
  keysDir = await mkdtemp(join(tmpdir(), 'trace-mesh-keys-'));
  ensureKeys(keysDir);
});
afterAll(() => rm(keysDir, { recursive: true }));
beforeEach(() => {
  vi.stubEnv('MESH_KEYS_DIR', keysDir);
  // No trace backend runs.
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
});
afterEach(() => vi.unstubAllEnvs());

const lesson = (name: string): Lesson => ({
  name: `src/fixtures/${name}`,
  level: 1,
  title: '',
  symptom: '',
  hints: ['', '', ''],
  teaches: '',
  row: 1,
  service: 'shop',
  edges: [],
  cause: 'never-arrived',
});
const run = (name: string, options: { signal?: AbortSignal; programTimeoutMs?: number } = {}) =>
  runProgram(lesson(name), versionFile(lesson(name), 'broken'), { endpoints, ...options });

it('a failed program is reported with its stderr', async () => {
  await expect(run('failing')).rejects.toThrow(
    'lessons/src/fixtures/failing/broken.ts failed: the shop is closed',
  );
});

it('a program that ends without output is reported', async () => {
  await expect(run('silent')).rejects.toThrow('lessons/src/fixtures/silent/broken.ts ended without output');
});

it('a program without tracing is reported', async () => {
  await expect(run('untraced')).rejects.toThrow('tracing is off (OTEL_SDK_DISABLED=true)');
});

it('a program that exceeds its timeout fails', async () => {
  await expect(run('endless', { programTimeoutMs: 200 })).rejects.toThrow(
    'endless/broken.ts failed: The operation was aborted due to timeout',
  );
});

it('a program that never returns from a loop is ended', async () => {
  await expect(run('spinning', { programTimeoutMs: 200 })).rejects.toThrow(
    'spinning/broken.ts failed: it did not end in time',
  );
});

it('an abort ends the program and rejects with the reason', async () => {
  const stop = new AbortController();
  const running = run('endless', { signal: stop.signal });
  stop.abort(new Error('stopped by SIGINT'));
  await expect(running).rejects.toThrow('stopped by SIGINT');
});
