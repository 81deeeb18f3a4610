import { expect, it } from 'vitest';
import { flakyTests } from './flaky-tests.ts';

const test = (fullName: string, flaky: boolean) => ({ fullName, diagnostic: () => ({ flaky }) });

it('lists the tests that passed only when they were run again, with their file', () => {
  const allTests = () => [test('one', false), test('two', true)];
  expect(flakyTests([{ relativeModuleId: 'a.test.ts', children: { allTests } }] as never)).toEqual([
    'a.test.ts > two',
  ]);
});
