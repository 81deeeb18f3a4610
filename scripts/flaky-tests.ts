// The tests of a run that passed only when they were run again.
import type { TestModule } from 'vitest/node';

/** File and title of each test that failed and then passed. Vitest runs a test again where its project has `retry`. */
export const flakyTests = (modules: readonly TestModule[]): string[] =>
  modules.flatMap((module) =>
    [...module.children.allTests('passed')]
      .filter((test) => test.diagnostic()?.flaky)
      .map((test) => `${module.relativeModuleId} > ${test.fullName}`),
  );
