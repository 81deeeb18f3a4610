import { expect, it } from 'vitest';
import { insert } from './insert.ts';

it('puts text before and after what stands there', () => {
  const changed = insert('a.ts', 'one\ntwo\n', [
    { anchor: 'one\n', where: 'after', text: 'and a half\n' },
    { anchor: 'one\n', where: 'before', text: 'zero\n' },
  ]);
  expect(changed).toBe('zero\none\nand a half\ntwo\n');
});

it.each(['nothing of it', 'here() and here()'])('names the line that does not stand once in %j', (source) => {
  expect(() => insert('a.ts', source, [{ anchor: 'here()', where: 'after', text: '!' }])).toThrow(
    'a.ts does not hold this exactly once, so that nothing was changed: here()',
  );
});
