import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, mangled, ows, stateMembers } from '../arbitraries.fixture.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import {
  EMPTY_TRACE_STATE,
  MAX_TRACE_STATE_LENGTH,
  MAX_TRACE_STATE_MEMBERS,
  parseTraceState,
} from './trace-state.ts';

const lists = fc.uniqueArray(stateMembers, {
  selector: ([key]) => key,
  minLength: 1,
  maxLength: MAX_TRACE_STATE_MEMBERS,
});
const textOf = (members: (readonly [string, string])[]) => members.map(([key, value]) => `${key}=${value}`);
const VALID = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]*[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

describe('any tracestate', () => {
  it('that is valid keeps every member in order, with any whitespace around them', () => {
    fc.assert(
      fc.property(lists, ows, ows, (members, before, after) => {
        const list = parseTraceState(textOf(members).join(`${before},${after}`));
        for (const [key, value] of members) expect(list?.get(key)).toBe(value);
        const whole = textOf(members).join(',');
        if (whole.length <= MAX_TRACE_STATE_LENGTH) expect(list?.serialize()).toBe(whole);
      }),
    );
  });

  it('is written within the limit, in whole members, in order', () => {
    fc.assert(
      fc.property(lists, (members) => {
        const written = parseTraceState(textOf(members).join(','))?.serialize() ?? '';
        expect(written.length).toBeLessThanOrEqual(MAX_TRACE_STATE_LENGTH);
        const kept = written === '' ? [] : written.split(',');
        const known = textOf(members);
        expect(kept).toEqual(known.filter((member) => kept.includes(member)));
        // No member is dropped that would have fitted in the spec's order: large members first, then the last.
        const small = known.filter(({ length }) => length <= 128);
        if (small.join(',').length <= MAX_TRACE_STATE_LENGTH)
          expect(kept).toEqual(expect.arrayContaining(small));
      }),
    );
  });

  it('is read whole or not at all, and written as it was read', () => {
    const headers = lists.map((members) => textOf(members).join(','));
    fc.assert(
      fc.property(fc.oneof(anyText, mangled(headers)), (header) => {
        const list = parseTraceState(header);
        const given = header.split(',').filter((member) => !/^[ \t]*$/.test(member));
        const wellFormed = given.every((member) => VALID.test(member.replace(/^[ \t]+|[ \t]+$/g, '')));
        if (!wellFormed) expect(list).toBeUndefined();
        const written = list?.serialize();
        if (written) expect(parseTraceState(written)?.serialize()).toBe(written);
      }),
      { numRuns: 1_000 },
    );
  });

  it('sets members by the rules of a header: valid, first, and once', () => {
    fc.assert(
      fc.property(lists, fc.oneof(stateMembers, fc.tuple(anyText, anyText)), (members, [key, value]) => {
        const before = members.reduce((list, [k, v]) => list.set(k, v), EMPTY_TRACE_STATE);
        const after = before.set(key, value);
        if (parseTraceState(`${key}=${value}`)?.get(key) !== value) {
          expect(after).toBe(before);
        } else {
          expect(after.get(key)).toBe(value);
          expect(after.set(key, value).serialize()).toBe(after.serialize());
          expect(after.unset(key).get(key)).toBeUndefined();
        }
      }),
    );
  });

  it.each([',', ' ', '\t', '=', 'a', 'a=1,', ' ,', 'a= '])(
    'takes time in proportion to its length: %j',
    (piece) => {
      expect(growthOf(parseTraceState, (n) => `${piece.repeat(n)}!`)).toBeLessThan(MAX_GROWTH);
    },
  );
});
