// Inserts services into this checkout's files.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../checkout.ts';
import { insert } from '../insert.ts';
import type { NewService } from '../kinds.ts';
import { dependOn, insertionsOf } from './edits.ts';

const first = { name: 'new-service-one', kind: 'http', port: 8086 } as const;
const second = { name: 'new-service-two', kind: 'sqs', port: undefined } as const;
const insertService = (file: string, source: string, service: NewService) =>
  insert(file, source, insertionsOf(service)[file] ?? []);
const textOf = (file: string) => readFile(join(ROOT, file), 'utf8');

it.each(Object.keys(insertionsOf(first)))('inserting two services into %s only adds lines', async (file) => {
  const before = await textOf(file);
  const after = insertService(file, insertService(file, before, first), second);
  const added = after.split('\n').filter((line) => /new-service-one|new-service-two/.test(line));
  expect(added.length).toBeGreaterThanOrEqual(2);
  expect(
    after
      .split('\n')
      .filter((line) => !added.includes(line))
      .join('\n'),
  ).toBe(before);
});

it('a missing anchor is reported with its file', () => {
  expect(() => insertService('tools/scenarios/src/catalog.ts', '// empty', first)).toThrow(
    'tools/scenarios/src/catalog.ts does not contain this exactly once',
  );
});

it('the service becomes a dependency of the scenarios, in alphabetical order', () => {
  const manifest = {
    name: 'scenarios',
    dependencies: { '@trace-mesh/access': 'workspace:*', zod: 'catalog:' },
  };
  const changed = JSON.parse(dependOn(JSON.stringify(manifest), 'greeter'));
  expect(Object.keys(changed.dependencies)).toEqual(['@trace-mesh/access', '@trace-mesh/greeter', 'zod']);
  expect(changed.dependencies['@trace-mesh/greeter']).toBe('workspace:*');
});
