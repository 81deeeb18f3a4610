// The suites that run on real backends, by their files.
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Each with its files as patterns; a file belongs to the first suite that has it. */
export const suites: Record<string, string> = {
  sqs: 'tests/backends/sqs/**/*.test.ts',
  doctor: 'tests/e2e/trace-{doctor,store}.test.ts',
  lessons: 'tests/e2e/lesson{s,-command}.test.ts',
  transports: 'tests/transports/**/*.test.ts',
  restarts: 'tests/backends/restarts/*.test.ts',
  collector: 'tests/backends/collector/*.test.ts',
  alerts: 'tests/backends/alerts/*.test.ts',
  redis: 'tests/backends/redis/*.test.ts',
  chaos: 'tests/chaos/**/*.test.ts',
  'end-to-end': 'tests/e2e/**/*.test.ts',
};

/** The files of each suite, relative to the checkout. */
export function filesOfSuites(): Map<string, string[]> {
  const taken = new Set<string>();
  const files = new Map<string, string[]>();
  for (const [suite, pattern] of Object.entries(suites)) {
    const found = globSync(pattern, { cwd: ROOT }).filter((file) => !taken.has(file));
    for (const file of found) taken.add(file);
    files.set(suite, found);
  }
  return files;
}
