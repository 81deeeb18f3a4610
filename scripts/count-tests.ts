// Counts the passed and failed tests of a vitest run; every failure counts.
import type { TestModule } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
}

/** The counted part of vitest's `TestModule`. */
export type CountedModule = {
  state: () => ReturnType<TestModule['state']>;
  children: { allTests: (state: 'passed' | 'failed') => Iterable<unknown> };
};

/**
 * Counts tests. A file that fails without a failed test (import error, hook error) counts as one failed test, and so does a run
 * that fails without a failed file (`unexplained`: the mesh did not start).
 */
export function countTests(modules: readonly CountedModule[], unexplained: boolean): Counts {
  const counts = modules.map((module) => {
    const passed = [...module.children.allTests('passed')].length;
    const failed = [...module.children.allTests('failed')].length;
    return { passed, failed: module.state() === 'failed' ? Math.max(failed, 1) : failed };
  });
  const sum = addCounts(...counts);
  return unexplained && sum.failed === 0 ? { ...sum, failed: 1 } : sum;
}

export function addCounts(...counts: Counts[]): Counts {
  const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}
