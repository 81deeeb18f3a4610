// The anchors stand in the checkout as it is, and still do when a service has been put beside them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HERE } from './checkout.ts';
import { dependOn, INSERTED, insertService } from './edits.ts';

const first = { name: 'new-service-one', kind: 'http', port: 8086 } as const;
const second = { name: 'new-service-two', kind: 'sqs', port: undefined } as const;
const textOf = (file: string) => readFile(join(HERE, file), 'utf8');

it.each(INSERTED)('finds its place in %s, a second time as well, and takes nothing away', async (file) => {
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

it('writes the row by which the mesh knows the service, the newest last', async () => {
  const [rows = ''] = INSERTED;
  const after = insertService(rows, insertService(rows, await textOf(rows), first), second);
  expect(after).toContain(
    "  'new-service-one': { kind: 'http', port: 8086 },\n  'new-service-two': { kind: 'sqs' },\n}",
  );
});

it('names the file whose anchor is gone', () => {
  expect(() => insertService('tools/scenarios/src/services.ts', '// empty', first)).toThrow(
    'tools/scenarios/src/services.ts does not hold this',
  );
});

it('adds the service to what the scenarios need, in its place', () => {
  const manifest = {
    name: 'scenarios',
    dependencies: { '@trace-mesh/access': 'workspace:*', zod: 'catalog:' },
  };
  expect(JSON.parse(dependOn(JSON.stringify(manifest), 'greeter'))).toEqual({
    ...manifest,
    dependencies: { ...manifest.dependencies, '@trace-mesh/greeter': 'workspace:*' },
  });
});
