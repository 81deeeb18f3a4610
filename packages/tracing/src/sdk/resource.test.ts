import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hostDetector } from '@opentelemetry/resources';
import { afterEach, expect, it, vi } from 'vitest';
import { detectResource } from './resource.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function attributes() {
  const resource = detectResource();
  await resource.waitForAsyncAttributes?.();
  return resource.attributes;
}

const MACHINE_ID = '/etc/machine-id';
const machineId = existsSync(MACHINE_ID) && readFileSync(MACHINE_ID, 'utf8').trim();

it('names the host, so that a trace store knows which processes share a clock', async () => {
  const { 'host.id': id, ...found } = await attributes();
  expect(found).toMatchObject({ 'host.name': hostname(), 'host.arch': expect.any(String) });
  if (process.platform === 'linux') expect(id).toBe(machineId || undefined);
  else expect(id).not.toBe('');
});

it('has no host id where the machine has an empty one', async () => {
  vi.spyOn(hostDetector, 'detect').mockReturnValue({
    attributes: { 'host.name': 'h', 'host.id': Promise.resolve('') },
  });
  expect(await attributes()).not.toHaveProperty('host.id');
});

it('names the runtime and its version, and nothing else of the process', async () => {
  const found = Object.entries(await attributes()).filter(([key]) => key.startsWith('process.'));
  expect(Object.fromEntries(found)).toEqual({
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  });
});

it('does not wait for the ids at the start', () => {
  expect(detectResource().asyncAttributesPending).toBe(true);
});

it('takes what OTEL_RESOURCE_ATTRIBUTES says over what was detected', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'host.name=here,host.id=1,container.id=2,service.instance.id=3');
  expect(await attributes()).toMatchObject({
    'host.name': 'here',
    'host.id': '1',
    'container.id': '2',
    'service.instance.id': '3',
  });
});
