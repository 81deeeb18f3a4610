import { expect, it } from 'vitest';
import { insert } from './insert.ts';

it('inserts texts before their anchors', () => {
  const changed = insert('a.ts', 'one\ntwo\n', [
    { anchor: 'two\n', text: '1.5\n' },
    { anchor: 'one\n', text: '$&zero\n' },
  ]);
  expect(changed).toBe('$&zero\none\n1.5\ntwo\n');
});

it.each(['no anchor', 'here() and here()'])(
  'rejects %j, which does not contain the anchor once',
  (source) => {
    expect(() => insert('a.ts', source, [{ anchor: 'here()', text: '!' }])).toThrow(
      'a.ts does not contain this exactly once: here() (nothing was written)',
    );
  },
);
