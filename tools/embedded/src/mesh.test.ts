// Supervision, on a few processes; the end-to-end tests start the whole mesh.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startMesh } from './mesh.ts';

it('killing, restarting and stopping a process is not a failure of the mesh', async () => {
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

it('a process that dies is reported with its name and signal', async () => {
  await using mesh = await startMesh({ only: ['trace-store'] });
  process.kill(mesh.processes.get('trace-store')?.pid ?? 0, 'SIGKILL');
  await expect(mesh.failed).rejects.toThrow(/^trace-store died \(signal SIGKILL\)/);
}, 30_000);

it('an aborted start rejects with the reason of the abort', async () => {
  const controller = new AbortController();
  const progress = () => controller.abort(new Error('aborted by the test'));
  const starting = startMesh({
    only: ['redis', 'postgres'],
    onProgress: progress,
    signal: controller.signal,
  });
  await expect(starting).rejects.toThrow('aborted by the test');
}, 30_000);

it('a paused process answers after it is resumed', async () => {
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
