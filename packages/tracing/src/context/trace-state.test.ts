import { describe, expect, it } from 'vitest';
import {
  EMPTY_TRACE_STATE,
  LARGE_MEMBER_LENGTH,
  MAX_TRACE_STATE_LENGTH,
  MAX_TRACE_STATE_MEMBERS,
  parseTraceState,
} from './trace-state.ts';

const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v${i}`);
const roundTrip = (header: string) => parseTraceState(header)?.serialize();

describe('a tracestate', () => {
  it.each([
    ['one member', 'a=1', 'a=1'],
    ['whitespace around members', ' a=1 \t,\t b=2 ', 'a=1,b=2'],
    ['empty members', 'a=1,, ,b=2,', 'a=1,b=2'],
    ['leading spaces of a value', 'a=  1', 'a=  1'],
    ['every character of a key', 'a0_-*/@z=1', 'a0_-*/@z=1'],
    ['keys that Level 1 refused', '0a@@b=1,foo@=2', '0a@@b=1,foo@=2'],
    ['a key of 256 characters', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    ['the same key twice, the first alone', 'a=1,b=2,a=3', 'a=1,b=2'],
    ['as many members as the spec allows', members(MAX_TRACE_STATE_MEMBERS).join(','), members(32).join(',')],
  ])('keeps %s', (_what, header, kept) => {
    expect(roundTrip(header)).toBe(kept);
  });

  it.each([
    ['nothing', ''],
    ['empty members alone', ' , ,'],
    ['a key in upper case', 'a=1,B=2'],
    ['a key with a dot', 'a=1,b.c=2'],
    ['a key with a space behind', 'a =1'],
    ['a key that begins with an at sign', '@a=1,b=2'],
    ['a key too long', `a=1,${'z'.repeat(257)}=1`],
    ['no equals sign', 'a=1,b'],
    ['two equals signs', 'a=b=c'],
    ['an empty value', 'a=,b=2'],
    ['a value too long', `a=${'1'.repeat(257)}`],
    ['a tab in a value', 'a=1\t2'],
    ['other alphabets', 'a=é'],
    ['one member too many', members(MAX_TRACE_STATE_MEMBERS + 1).join(',')],
  ])('is discarded whole for %s', (_what, header) => {
    expect(parseTraceState(header)).toBeUndefined();
  });
});

it('reads a hostile header in linear time', () => {
  const started = performance.now();
  expect(parseTraceState(`a=1${' '.repeat(200_000)}x`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe('a tracestate that is too long', () => {
  const filler = (key: string, length: number) => `${key}=${'x'.repeat(length - key.length - 1)}`;

  it('is sent whole up to the limit', () => {
    const header = [filler('a', 256), filler('b', MAX_TRACE_STATE_LENGTH - 257)].join(',');
    expect(roundTrip(header)).toBe(header);
  });

  it('loses its large members first, and no more than necessary', () => {
    const large = filler('large', LARGE_MEMBER_LENGTH + 1);
    const header = [large, ...'abcd'.split('').map((key) => filler(key, 100)), 'z=1'].join(',');
    expect(roundTrip(header)).toBe(header.slice(large.length + 1));
  });

  it('then loses members from its end, never half of one', () => {
    const parts = 'abcdef'.split('').map((key) => filler(key, LARGE_MEMBER_LENGTH));
    expect(roundTrip(parts.join(','))).toBe(parts.slice(0, 3).join(','));
  });
});

describe('changing a tracestate', () => {
  it('puts the changed member first and does not change the old list', () => {
    const before = parseTraceState('a=1,b=2');
    expect(before?.set('b', '3').serialize()).toBe('b=3,a=1');
    expect(before?.set('c', '3').get('c')).toBe('3');
    expect(before?.unset('a').serialize()).toBe('b=2');
    expect(before?.serialize()).toBe('a=1,b=2');
  });

  it('drops the last member beyond the limit', () => {
    const full = parseTraceState(members(MAX_TRACE_STATE_MEMBERS).join(','));
    expect(full?.set('new', '1').serialize()).toBe(['new=1', ...members(31)].join(','));
  });

  it('adds no invalid member', () => {
    expect(EMPTY_TRACE_STATE.set('mcp', 'tenant:acme,cost:1').serialize()).toBe('');
    expect(EMPTY_TRACE_STATE.set('MCP', '1').serialize()).toBe('');
  });
});
