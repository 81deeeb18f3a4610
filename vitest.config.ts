import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';
import { unitProjects } from './scripts/unit-projects.ts';
import { readReal } from './tests/backends/real.ts';
import { suites } from './tests/backends/suites.ts';
import { unsuitedFiles } from './tests/backends/unsuited.ts';

// Everything under tests/ talks to a running mesh: one, started by tests/mesh.ts for all files of a project. Most of these tests
// wait for spans, so two files run at once on two cores (vitest's default is one).
const withMesh = {
  globalSetup: './tests/mesh.ts',
  maxConcurrency: 3,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  isolate: false,
};

// Only for `npm run test:backends`, which sets the variable.
const withRealBackends: TestProjectInlineConfiguration[] = readReal()
  ? [
      {
        test: {
          name: 'backends',
          include: Object.values(suites),
          setupFiles: ['./tests/instrument-grpc.ts', './tests/backends/leave-out.ts'],
          exclude: [...configDefaults.exclude, ...unsuitedFiles],
          ...withMesh,
          globalSetup: './tests/backends/mesh.ts',
        },
      },
    ]
  : [];

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...unitProjects,
      {
        test: {
          name: 'e2e',
          include: ['tests/**/*.test.ts'],
          setupFiles: './tests/instrument-grpc.ts',
          exclude: [
            ...configDefaults.exclude,
            ...[
              'tests/{all,hostile,browser,bench,contracts,documents}/**',
              'tests/backends/{*,restarts/*,collector/*,alerts/*,redis/*}.test.ts',
            ],
          ],
          ...withMesh,
        },
      },
      ...withRealBackends,
      {
        test: {
          name: 'hostile',
          include: ['tests/hostile/**/*.test.ts'],
          ...withMesh,
          globalSetup: './tests/hostile/mesh.ts',
          // Each input has a tenant of its own.
          maxConcurrency: 8,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          ...withMesh,
          globalSetup: './tests/browser/mesh.ts',
          // They turn the same knobs.
          fileParallelism: false,
        },
      },
      { test: { name: 'all', include: ['tests/all/**/*.test.ts'], ...withMesh } },
    ],
  },
});
