import { expect, it } from 'vitest';
import { insert } from './insert.ts';

it('inserts text before and after an anchor', () => {
  const changed = insert('a.ts', 'one\ntwo\n', [
    { anchor: 'one\n', where: 'after', text: 'and a half\n' },
    { anchor: 'one\n', where: 'before', text: 'zero\n' },
  ]);
  expect(changed).toBe('zero\none\nand a half\ntwo\n');
});

it.each(['no anchor', 'here() and here()'])(
  'rejects %j, which does not contain the anchor once',
  (source) => {
    expect(() => insert('a.ts', source, [{ anchor: 'here()', where: 'after', text: '!' }])).toThrow(
      'a.ts does not contain this exactly once: here() (nothing was written)',
    );
  },
);
