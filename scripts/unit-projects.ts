// The unit tests as two projects of Vitest.
import { configDefaults, type TestProjectInlineConfiguration } from 'vitest/config';

/** Tests of what a process does once, such as patching a library. Each file has a process of its own. */
const ISOLATED = '{packages,services,infra,tools}/*/src/**/*.isolated.test.ts';
const common = {
  include: [
    '{packages,services,infra,tools}/*/src/**/*.test.ts',
    '{scripts,tests/{bench,contracts,documents}}/**/*.test.ts',
    'tests/backends/*.test.ts',
  ],
  // On two cores: unit tests wait half of their time.
  maxWorkers: 3,
  sequence: { groupOrder: 1 },
  // Property tests take seconds on a busy machine.
  testTimeout: 30_000,
};

export const unitProjects: TestProjectInlineConfiguration[] = [
  // Files that share a process take half the time: they load the SDK once.
  { test: { ...common, name: 'unit', exclude: [...configDefaults.exclude, ISOLATED], isolate: false } },
  { test: { ...common, name: 'unit-isolated', include: [ISOLATED] } },
];
