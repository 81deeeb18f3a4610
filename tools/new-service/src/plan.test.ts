// Plans in this checkout, of which none is carried out.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KINDS } from '@trace-mesh/scenarios/services';
import { describe, expect, it } from 'vitest';
import { HERE } from './checkout.ts';
import { planService } from './plan.ts';

const NAME = 'new-service-test';
/** DESIGN's measure of a service: main.ts is a sentence, and no file is a book. */
const MAIN_LINES = 25;
const FILE_LINES = 220;

describe.each(KINDS)('a service of the kind %s', async (kind) => {
  const plan = await planService(HERE, NAME, kind);

  it('is a folder with all that a service has, and a scenario', () => {
    const files = [
      'README.md',
      'package.json',
      'src/main.ts',
      'src/config.ts',
      'src/app.ts',
      'src/client.ts',
    ];
    expect([...plan.created.keys()]).toEqual(
      expect.arrayContaining([
        ...files.map((file) => `services/${NAME}/${file}`),
        `services/${NAME}/src/app.test.ts`,
        `tools/scenarios/src/${NAME}.ts`,
      ]),
    );
  });

  it('has no placeholder left in it', () => {
    for (const [path, text] of [...plan.created, ...plan.changed]) {
      expect(path).not.toMatch(/__\w+__/);
      expect(text).not.toMatch(/__(name|snake|Name|camel|NAME|port)__/);
      expect(text).not.toContain(':undefined');
    }
  });

  it('is small', () => {
    const main = plan.created.get(`services/${NAME}/src/main.ts`) ?? '';
    expect(main.split('\n').length).toBeLessThanOrEqual(MAIN_LINES);
    expect(main).not.toMatch(/\bif \(/);
    for (const text of plan.created.values()) expect(text.split('\n').length).toBeLessThanOrEqual(FILE_LINES);
  });

  it('changes what DESIGN promises, and no more', () => {
    expect([...plan.changed.keys()].sort()).toEqual([
      'docker-compose.yml',
      'tools/scenarios/package.json',
      'tools/scenarios/src/catalog.ts',
      'tools/scenarios/src/services.ts',
    ]);
  });

  it('only adds: every line of the files that it changes is still there', async () => {
    for (const [path, text] of plan.changed) {
      const before = (await readFile(join(HERE, path), 'utf8')).split('\n');
      const after = text.split('\n');
      expect(before.filter((line) => !after.includes(line) && !line.includes('QUEUES'))).toEqual([]);
    }
  });
});

it.each([
  ['worker', 'services/worker is there already'],
  ['tracing', 'packages/tracing is there already'],
  ['postgres', 'infra/postgres is there already'],
  ['localstack', 'docker-compose.yml has a service localstack'],
  ['grpc-unary', 'tools/scenarios has a scenario grpc-unary'],
  ['agent', 'tools/scenarios/src/agent.ts is there already'],
  ['queue', 'the mesh has something of that name'],
])('refuses %s: %s', async (name, why) => {
  await expect(planService(HERE, name, 'http')).rejects.toThrow(why);
});
