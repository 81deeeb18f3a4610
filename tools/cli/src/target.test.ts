import { expect, it, vi } from 'vitest';
import { openTarget } from './target.ts';

const running = { pid: 4711, endpoints: { 'rest-api': 'http://127.0.0.1:20002' }, startedAt: '' };
const findRunningMesh = vi.fn();
const startMesh = () => Promise.reject(new Error('no mesh is to be started'));
vi.mock('@trace-mesh/embedded/mesh', () => ({ findRunningMesh: () => findRunningMesh(), startMesh }));

const open = () =>
  openTarget(
    { target: 'embedded', once: true },
    { env: {}, signal: new AbortController().signal, onProgress: () => undefined },
  );

it('uses the mesh that runs', async () => {
  findRunningMesh.mockResolvedValue({ ...running, unknown: [] });
  await using target = await open();
  expect(target).toMatchObject({ endpoints: running.endpoints, ours: false });
});

it('a mesh that was started before a service was generated is refused, with the fix', async () => {
  findRunningMesh.mockResolvedValue({ ...running, unknown: ['price-list', 'greeter'] });
  await expect(open()).rejects.toThrow(
    /^the running mesh was started before price-list, greeter was added \(end it .* or kill 4711, then start again\)$/,
  );
});
