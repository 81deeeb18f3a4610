import { expect, it } from 'vitest';
import { camel, checkName, constant, flawOf, MAX_NAME_LENGTH, pascal } from './names.ts';

it.each(['greeter', 'price-list', 'a1-b2', 'a'.repeat(MAX_NAME_LENGTH)])('takes %s', (name) => {
  expect(flawOf(name)).toBeUndefined();
});

it.each(['', 'Greeter', '1st', 'a_b', 'a--b', '-a', 'a-', 'a b', '../a', 'naïve'])(
  'refuses %j as no name',
  (name) => {
    expect(flawOf(name)).toMatch(/^it must be lower-case letters and digits/);
  },
);

it('refuses a name that is too long', () => {
  expect(flawOf('a'.repeat(MAX_NAME_LENGTH + 1))).toBe('it is longer than 32 characters');
});

it.each(['class', 'client', 'await'])('refuses %s, which code would take for something else', (name) => {
  expect(flawOf(name)).toMatch(/^it means something in TypeScript/);
});

it('says for what a name stands already', () => {
  const taken = new Map([['worker', 'services/worker is there already']]);
  expect(() => checkName('worker', taken)).toThrow(
    '"worker" cannot be the service\'s name: services/worker is there already',
  );
  expect(() => checkName('greeter', taken)).not.toThrow();
});

it('writes a name as code does', () => {
  expect([pascal, camel, constant].map((write) => write('price-list'))).toEqual([
    'PriceList',
    'priceList',
    'PRICE_LIST',
  ]);
});
