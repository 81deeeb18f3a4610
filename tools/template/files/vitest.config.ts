import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Property tests take seconds on a busy machine.
    testTimeout: 30_000,
    include: ['{packages,services,infra,tools}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
  },
});
