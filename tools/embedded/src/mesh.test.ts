// The mesh's supervision, on its smallest processes; the whole mesh is started by the end-to-end tests.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startMesh } from './mesh.ts';

it('kills, restarts and stops a process when asked, and counts none of it as a failure', async () => {
  await using mesh = await startMesh({ only: ['postgres', 'redis'] });
  const postgres = mesh.processes.get('postgres');
  const before = postgres?.pid;
  await postgres?.kill();
  expect(postgres?.pid).toBeUndefined();
  await postgres?.restart();
  expect(postgres?.pid).not.toBe(before);
  await mesh.processes.get('redis')?.restart();
  const failure = await Promise.race([mesh.failed.catch((error) => error), Promise.resolve('none')]);
  expect(failure).toBe('none');
}, 30_000);

it('says which process died, and shows its last log lines', async () => {
  await using mesh = await startMesh({ only: ['trace-store'] });
  process.kill(mesh.processes.get('trace-store')?.pid ?? 0, 'SIGKILL');
  await expect(mesh.failed).rejects.toThrow(/^trace-store died \(signal SIGKILL\)/);
}, 30_000);

it('leaves nothing behind when a start is given up', async () => {
  const controller = new AbortController();
  const progress = () => controller.abort(new Error('enough'));
  const starting = startMesh({
    only: ['redis', 'postgres'],
    onProgress: progress,
    signal: controller.signal,
  });
  await expect(starting).rejects.toThrow('enough');
}, 30_000);

it('freezes a process and lets it go on', async () => {
  await using mesh = await startMesh({ only: ['redis'] });
  const redis = mesh.processes.get('redis');
  const port = Number(new URL(mesh.endpoints.sqs).port) + 2;
  await redis?.pause();
  const socket = connect(port, '127.0.0.1');
  socket.write('PING\r\n');
  const answer = once(socket, 'data');
  await redis?.resume();
  expect(String((await answer)[0])).toBe('+PONG\r\n');
  socket.destroy();
}, 30_000);
