// Plans services in this checkout; none is written.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './checkout.ts';
import { KINDS } from './kinds.ts';
import { planService } from './plan.ts';

const NAME = 'new-service-test';
const MAIN_LINES = 25;
const FILE_LINES = 220;

describe.each(KINDS)('a planned %s service', async (kind) => {
  const plan = await planService(ROOT, NAME, kind);

  it('has all files of a service and a test', () => {
    const files = [
      'README.md',
      'package.json',
      'src/main.ts',
      'src/config.ts',
      'src/app.ts',
      kind === 'grpc' ? 'src/app.isolated.test.ts' : 'src/app.test.ts',
      'src/client.ts',
    ].map((file) => `services/${NAME}/${file}`);
    expect([...plan.created.keys()]).toEqual(expect.arrayContaining(files));
  });

  it('has no placeholder left', () => {
    for (const [path, text] of [...plan.created, ...plan.changed]) {
      expect(path).not.toMatch(/__\w+__/);
      expect(text).not.toMatch(/__(name|snake|Name|camel|NAME|port)__/);
      expect(text).not.toContain(':undefined');
    }
  });

  it('has a main.ts without conditions and only short files', () => {
    const main = plan.created.get(`services/${NAME}/src/main.ts`) ?? '';
    expect(main.split('\n').length).toBeLessThanOrEqual(MAIN_LINES);
    expect(main).not.toMatch(/\bif \(/);
    for (const text of plan.created.values()) expect(text.split('\n').length).toBeLessThanOrEqual(FILE_LINES);
  });

  it('removes no line from the files that it changes, but the lists of all queues and hosts', async () => {
    expect([...plan.changed.keys()]).toContain('docker-compose.yml');
    for (const [path, text] of plan.changed) {
      const before = (await readFile(join(ROOT, path), 'utf8')).split('\n');
      const after = text.split('\n');
      expect(
        before.filter((line) => !after.includes(line) && !/^x-(queues|hosts): |^ +QUEUES: /.test(line)),
      ).toEqual([]);
    }
  });
});

it.each([
  ['worker', 'services/worker exists'],
  ['tracing', 'packages/tracing exists'],
  ['postgres', 'infra/postgres exists'],
  ['localstack', 'docker-compose.yml has a service localstack'],
])('planning a service named %s fails: %s', async (name, reason) => {
  await expect(planService(ROOT, name, 'http')).rejects.toThrow(reason);
});
