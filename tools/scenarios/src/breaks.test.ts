import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { breaks } from './breaks.ts';
import { scenarios } from './catalog.ts';

const ROOT = new URL('../../../', import.meta.url);

describe.each(breaks)('the break of row $row', ({ row, file, find, replace }) => {
  it('names a line that is there, once', async () => {
    const source = await readFile(new URL(file, ROOT), 'utf8');
    expect(source.split(find)).toHaveLength(2);
  });

  it('imports what there is, wherever its file lies', async () => {
    for (const [, name = ''] of replace.matchAll(/import\('([^']+)'\)/g)) {
      expect(name).toMatch(/^@trace-mesh\//);
      await expect(import(name)).resolves.toBeDefined();
    }
  });

  it('is of a row that some scenario proves', () => {
    expect(scenarios.some(({ edges }) => edges.some((edge) => edge.row === row))).toBe(true);
  });
});
