import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { findWords } from './words.ts';

it('the repository contains none of the refused words', async () => {
  const script = fileURLToPath(new URL('words.ts', import.meta.url));
  const { exitCode, stderr } = await execa(process.execPath, [script], { reject: false });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

it('reports a refused word with its line and what to write instead', () => {
  expect(findWords('a.ts', 'const a = 1;\n// Whoever calls this hears of it.')).toEqual([
    { file: 'a.ts', line: 2, word: 'Whoever', instead: expect.stringContaining('the caller') },
    { file: 'a.ts', line: 2, word: 'hears', instead: expect.stringContaining('receives') },
  ]);
});
