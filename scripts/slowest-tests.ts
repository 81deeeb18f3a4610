// The slowest tests of a run.
import type { TestModule } from 'vitest/node';

export interface TimedTest {
  /** File and title. */
  name: string;
  /** Duration in ms. */
  ms: number;
}

/** At most `max` tests of these modules, the slowest first. */
export function slowest(modules: readonly TestModule[], max = 10): TimedTest[] {
  const tests = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({
      name: `${module.relativeModuleId} > ${test.fullName}`,
      ms: test.diagnostic()?.duration ?? 0,
    })),
  );
  return tests.sort((a, b) => b.ms - a.ms).slice(0, max);
}
