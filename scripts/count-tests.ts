// Turns what vitest ran into two numbers that cannot hide a failure.
import type { TestModule } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
}

/** What of a module is counted; a `TestModule` of vitest has it. */
export type CountedModule = {
  state: () => ReturnType<TestModule['state']>;
  children: { allTests: (state: 'passed' | 'failed') => Iterable<unknown> };
};

/**
 * Counts single tests; a file that fails without a failed test (it could not be loaded, a hook threw) counts as one
 * failed test, and so does a run that failed with nothing to point at (`unexplained`: the mesh did not start).
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
  return counts.reduce(
    (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
    {
      passed: 0,
      failed: 0,
    },
  );
}
