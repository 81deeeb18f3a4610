import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTRY_CONTEXT } from './entry-context.ts';

const KEYS = ['a', 'b', 'c', 'd'].map(createContextKey);
const steps = fc.array(
  fc.record({
    key: fc.nat(KEYS.length - 1),
    value: fc.option(fc.anything(), { nil: undefined }),
    deletes: fc.boolean(),
  }),
);
const values = (ctx: Context) => KEYS.map((key) => ctx.getValue(key));

it('an entry context holds the same values as a context of the API after any changes, and none changes an earlier one', () => {
  fc.assert(
    fc.property(steps, (changes) => {
      const pairs: [Context, Context][] = [[ENTRY_CONTEXT, ROOT_CONTEXT]];
      for (const { key, value, deletes } of changes) {
        const change = (ctx: Context) =>
          deletes ? ctx.deleteValue(KEYS[key] as symbol) : ctx.setValue(KEYS[key] as symbol, value);
        const [entry, api] = pairs.at(-1) as [Context, Context];
        pairs.push([change(entry), change(api)]);
      }
      for (const [entry, api] of pairs) expect(values(entry)).toEqual(values(api));
    }),
  );
  expect(values(ENTRY_CONTEXT)).toEqual(KEYS.map(() => undefined));
});
