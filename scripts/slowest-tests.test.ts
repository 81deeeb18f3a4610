import { expect, it } from 'vitest';
import { slowest } from './slowest-tests.ts';

const test = (fullName: string, duration: number | undefined) => ({
  fullName,
  diagnostic: () => (duration === undefined ? undefined : { duration }),
});
const module = (relativeModuleId: string, ...tests: ReturnType<typeof test>[]) => ({
  relativeModuleId,
  children: { allTests: () => tests },
});

it('lists the slowest tests of all files, the slowest first, with their file', () => {
  const modules = [
    module('a.test.ts', test('one', 5), test('skipped', undefined)),
    module('b.test.ts', test('two', 9)),
  ];
  expect(slowest(modules as never, 2)).toEqual([
    { name: 'b.test.ts > two', ms: 9 },
    { name: 'a.test.ts > one', ms: 5 },
  ]);
});
