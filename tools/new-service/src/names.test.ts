import { expect, it } from 'vitest';
import { camel, checkName, constant, MAX_NAME_LENGTH, nameProblem, pascal } from './names.ts';

it.each(['greeter', 'price-list', 'a1-b2', 'a'.repeat(MAX_NAME_LENGTH)])('accepts the name %s', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

it.each(['', 'Greeter', '1st', 'a_b', 'a--b', '-a', 'a-', 'a b', '../a', 'naïve'])(
  'rejects the invalid name %j',
  (name) => {
    expect(nameProblem(name)).toMatch(/^use lower-case letters and digits/);
  },
);

it('rejects a name that is too long', () => {
  expect(nameProblem('a'.repeat(MAX_NAME_LENGTH + 1))).toBe('it is longer than 32 characters');
});

it.each(['class', 'client', 'await'])('rejects the reserved word %s', (name) => {
  expect(nameProblem(name)).toMatch(/^it is a reserved word/);
});

it('rejects a taken name with the reason', () => {
  const taken = new Map([['worker', 'services/worker exists']]);
  expect(() => checkName('worker', taken)).toThrow('service name "worker": services/worker exists');
  expect(() => checkName('greeter', taken)).not.toThrow();
});

it('converts a name to the spellings used in code', () => {
  expect([pascal, camel, constant].map((write) => write('price-list'))).toEqual([
    'PriceList',
    'priceList',
    'PRICE_LIST',
  ]);
});
