// The arithmetic of docs/capacity.md, and that its limits are those of infra/k8s.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LIMITS, type Need, needs, reachedAt } from './capacity-plan.ts';

const all = needs({
  cpu: { 'rest-api': 1.2, 'cost-ledger': 0.9, worker: 2.4, 'ws-hub': 0.25, postgres: 1 },
  uses: { spans: 40, statements: 7, redisCommands: 10, processMs: 40, walBytes: 4_096, connections: 5 },
});
const of = (start: string) => all.find(({ what }) => what.startsWith(start)) as Need;

it('a service needs its CPU per request, divided by how busy a pod should be', () => {
  expect(of('rest-api').each * 1_000).toBeCloseTo(1.2 / 0.6);
  expect(reachedAt(of('rest-api'))).toBeCloseTo(5_000);
});

it('a model that takes a second keeps a place of a worker for it, by Little’s law', () => {
  expect(of('worker: pods if').each * 1_000).toBeCloseTo(1_040 / 32);
  expect(reachedAt(of('worker: pods if'))).toBeCloseTo((20 * 32) / 1.04);
  expect(of('SQS: messages in flight').each * 1_000).toBeCloseTo(1_040);
});

it('more hubs do not share the events of all tasks', () => {
  expect(reachedAt(of('ws-hub'))).toBeCloseTo(4_000);
});

it('connections grow with the pods that need them', () => {
  expect(of('Postgres: connections').each).toBeCloseTo(5 * ((1.2 + 0.9) / 600 + 1.04 / 32));
});

it('what has no limit is never reached', () => {
  expect(reachedAt(of('Redis'))).toBe(Number.POSITIVE_INFINITY);
});

it.each([
  ['components/autoscaling/cpu.yaml', 'maxReplicas', `${LIMITS.maxReplicas}`],
  ['components/autoscaling/cpu.yaml', 'averageUtilization', `${LIMITS.averageUtilization * 100}`],
  ['overlays/aws/scaled-objects.yaml', 'maxReplicaCount', `${LIMITS.maxReplicaCount}`],
  ['overlays/aws/scaled-objects.yaml', 'queueLength', '"32"'],
  ['base/services/worker.yaml', 'limits:\n +cpu', `"${LIMITS.cores}"`],
])('infra/k8s/%s has the %s that the arithmetic uses', async (file, key, value) => {
  const text = await readFile(new URL(`../../infra/k8s/${file}`, import.meta.url), 'utf8');
  const values = Array.from(text.matchAll(new RegExp(`${key}: (.*)`, 'g')), ([, found]) => found);
  expect(new Set(values)).toEqual(new Set([value]));
});
