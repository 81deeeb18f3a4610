import { describe, expect, it } from 'vitest';
import { lessons } from './catalog.ts';
import { compareLines, differingLines } from './differing-lines.ts';

const IMPORTS = ["import { a } from 'a';", '', 'const before = 1;'];

describe('the lines that differ', () => {
  it('are counted in the whole file, each in its own', () => {
    expect(compareLines(['same', 'old', 'same again'], ['same', 'new', 'newer', 'same again'])).toEqual({
      removed: [2],
      added: [2, 3],
    });
  });

  it('do not include imports or empty lines', () => {
    const after = [
      'import {',
      '  b,',
      "} from 'b';",
      "import { c } from 'c';",
      '',
      '',
      'const before = 1;',
      'b();',
    ];
    expect(compareLines(IMPORTS, after)).toEqual({ removed: [], added: [8] });
  });

  it('are empty for equal programs', () => {
    expect(compareLines(IMPORTS, IMPORTS)).toEqual({ removed: [], added: [] });
  });

  it.each(lessons)('are few in $name, and both programs point at theirs', async ({ name }) => {
    const { broken, fixed } = await differingLines(name);
    for (const lines of [broken, fixed]) {
      expect(lines.length).toBeLessThanOrEqual(8);
      expect(lines.filter(({ text }) => text.includes('// ←'))).toHaveLength(1);
    }
  });
});
