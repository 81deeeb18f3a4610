import { describe, expect, it } from 'vitest';
import { ROOT } from '../checkout.ts';
import { KINDS } from '../kinds.ts';
import { planService } from '../plan.ts';

const NAME = 'new-service-test';

describe.each(KINDS)('the scenario of a planned %s service', async (kind) => {
  const plan = await planService(ROOT, NAME, kind);

  it('is a file and a line in the README of the service', () => {
    expect([...plan.created.keys()]).toContain(`tools/scenarios/src/${NAME}.ts`);
    expect(plan.created.get(`services/${NAME}/README.md`)).toContain(`npm run demo -- --scenario ${NAME}`);
  });

  it('changes the rows, what is made from them and the scenarios, and nothing else', () => {
    const isManifest = (path: string) => path.startsWith('infra/k8s/');
    expect(plan.created.has(`infra/k8s/base/services/${NAME}.yaml`)).toBe(true);
    expect([...plan.changed.keys()].filter((path) => !isManifest(path)).sort()).toEqual([
      'docker-compose.yml',
      'infra/observability/prometheus.yaml',
      'infra/observability/services-down.test.yaml',
      'infra/observability/services-down.yaml',
      'tools/scenarios/package.json',
      'tools/scenarios/src/catalog.ts',
      'tools/topology/src/services.ts',
    ]);
  });
});

it.each([
  ['grpc-unary', 'tools/scenarios has a scenario grpc-unary'],
  ['agent', 'tools/scenarios/src/agent.ts exists'],
  ['queue', 'the embedded mesh uses this name'],
])('planning a service named %s fails: %s', async (name, reason) => {
  await expect(planService(ROOT, name, 'http')).rejects.toThrow(reason);
});
