import { expect, it } from 'vitest';
import { type CountedModule, countTests } from './count-tests.ts';

const file = (state: 'passed' | 'failed', passed: number, failed: number): CountedModule => ({
  state: () => state,
  children: { allTests: (wanted) => Array.from({ length: wanted === 'passed' ? passed : failed }) },
});

it('counts single tests over all files', () => {
  const counts = countTests([file('passed', 3, 0), file('failed', 2, 2)], false);
  expect(counts).toEqual({ passed: 5, failed: 2 });
});

it('counts a file that could not be loaded', () => {
  expect(countTests([file('passed', 3, 0), file('failed', 0, 0)], false)).toEqual({ passed: 3, failed: 1 });
});

it('counts a run that failed without a failed test', () => {
  expect(countTests([file('passed', 3, 0)], true)).toEqual({ passed: 3, failed: 1 });
});

it('counts a failure once when vitest also reports the run as failed', () => {
  expect(countTests([file('failed', 3, 1)], true)).toEqual({ passed: 3, failed: 1 });
});
