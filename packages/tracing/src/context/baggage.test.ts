import { type Baggage, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { formatBaggage, MAX_BAGGAGE_BYTES, MAX_BAGGAGE_MEMBERS, parseBaggage } from './baggage.ts';
import { allowBaggage, DEFAULT_BAGGAGE_ALLOW_LIST } from './baggage-allow-list.ts';

const values = (baggage: Baggage | undefined) =>
  Object.fromEntries(baggage?.getAllEntries().map(([key, { value }]) => [key, value]) ?? []);
const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v${i}`);
const roundTrip = (header: string) => formatBaggage(parseBaggage(header) ?? propagation.createBaggage());

describe('a baggage header', () => {
  it.each([
    ['several members', 'a=1,b=2', { a: '1', b: '2' }],
    ['whitespace', ' a = 1 ,\tb\t=\t2 ', { a: '1', b: '2' }],
    ['an empty value', 'a=', { a: '' }],
    ['an equals sign in a value', 'a=b=c', { a: 'b=c' }],
    ['percent-encoded UTF-8', 'a=%F0%9F%8D%95%20%2c', { a: '🍕 ,' }],
    ['octets that are no UTF-8', 'a=x%ffy', { a: 'x\ufffdy' }],
    ['a percent sign that escapes nothing', 'a=100%', { a: '100%' }],
    ['a key with a percent sign, which is no escape there', '%41=1', { '%41': '1' }],
    ['the last of a key that comes twice', 'a=1,a=2', { a: '2' }],
    ['a key that means something to JavaScript', '__proto__=1', { ['__proto__']: '1' }],
  ])('is read with %s', (_what, header, expected) => {
    expect(values(parseBaggage(header))).toEqual(expected);
  });

  it.each([
    ['no equals sign', 'b'],
    ['no key', '=2'],
    ['a space in the key', 'b c=2'],
    ['a space in the value', 'b=2 3'],
    ['a quote', 'b="2"'],
    ['a backslash', 'b=\\2'],
    ['other alphabets', 'b=é'],
    ['a control character', 'b=\u0001'],
    ['a malformed property', 'b=2;p q'],
    ['nothing', ''],
  ])('loses a member with %s, and no other', (_what, member) => {
    expect(values(parseBaggage(`a=1,${member},c=3`))).toEqual({ a: '1', c: '3' });
    expect(parseBaggage(member)).toBeUndefined();
  });

  it('keeps the properties of a member', () => {
    expect(roundTrip('a=1;ttl=5;secret,b=2')).toBe('a=1;ttl=5;secret,b=2');
  });

  it('is written without optional whitespace, since not every carrier accepts a tab', () => {
    expect(roundTrip('a=1 ; ttl\t=\t5 ; secret ')).toBe('a=1;ttl=5;secret');
  });

  it('is written percent-encoded for any value', () => {
    const baggage = propagation.createBaggage({ a: { value: '🍕 ,;"\\' }, b: { value: '\ud800' } });
    expect(formatBaggage(baggage)).toBe('a=%F0%9F%8D%95%20%2C%3B%22%5C,b=%EF%BF%BD');
  });

  it('is written without invalid keys', () => {
    expect(formatBaggage(propagation.createBaggage({ 'a b': { value: '1' }, c: { value: '2' } }))).toBe(
      'c=2',
    );
  });
});

describe('the limits of a baggage header', () => {
  it('keep the first members, in reading and writing', () => {
    const full = members(MAX_BAGGAGE_MEMBERS);
    expect(roundTrip([...full, 'more=1'].join(','))).toBe(full.join(','));
    const entries = Object.fromEntries([...full, 'more'].map((key) => [key.split('=')[0], { value: '1' }]));
    expect(formatBaggage(propagation.createBaggage(entries)).split(',')).toHaveLength(MAX_BAGGAGE_MEMBERS);
  });

  it('are applied in linear time', () => {
    const started = performance.now();
    expect(values(parseBaggage(`a=1${' '.repeat(200_000)}x,b=2`))).toEqual({ b: '2' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('do not count malformed members', () => {
    expect(values(parseBaggage(`${','.repeat(MAX_BAGGAGE_MEMBERS)}a=1`))).toEqual({ a: '1' });
  });

  it('allow exactly the number of bytes that the specification requires', () => {
    const fits = `a=${'x'.repeat(MAX_BAGGAGE_BYTES - 2)}`;
    expect(roundTrip(fits)).toBe(fits);
    expect(roundTrip(`${fits}x`)).toBe('');
    expect(roundTrip(`a=${'x'.repeat(MAX_BAGGAGE_BYTES)},b=2`)).toBe('b=2');
  });
});

describe('the allow-list of a public edge', () => {
  const [allowed = ''] = DEFAULT_BAGGAGE_ALLOW_LIST;
  const from = (header: string) =>
    propagation.setBaggage(ROOT_CONTEXT, parseBaggage(header) ?? propagation.createBaggage());

  it('keeps listed keys only', () => {
    expect(values(propagation.getBaggage(allowBaggage(from(`${allowed}=b,tenant=acme`))))).toEqual({
      [allowed]: 'b',
    });
  });

  it('leaves no baggage if no key is listed', () => {
    expect(propagation.getBaggage(allowBaggage(from('tenant=acme')))).toBeUndefined();
    expect(propagation.getBaggage(allowBaggage(from(`${allowed}=b`), []))).toBeUndefined();
  });

  it('leaves a context without baggage as it is', () => {
    expect(allowBaggage(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });
});
