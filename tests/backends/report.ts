// What a run says: the backends before it, a line for each suite after it, and what was left out.
import type { TestModule } from 'vitest/node';
import { addCounts, type Counts, countTests } from '../../scripts/count-tests.ts';
import type { Source } from './find.ts';
import type { Real } from './real.ts';
import { backendsOf, isLeftOut, type RealBackends, unsuited } from './unsuited.ts';

const TITLES: Record<Source['name'], string> = {
  sqs: 'SQS',
  traces: 'traces',
  postgres: 'Postgres',
  redis: 'Redis',
  collector: 'collector',
  prometheus: 'Prometheus',
};

/** A line for each backend, and one more for each that is not real. */
export const backendLines = (sources: readonly Source[]): string[] =>
  sources.flatMap(({ name, what, missing }) => [
    `${missing ? '-' : '✓'} ${TITLES[name].padEnd(10)} ${what}`,
    ...(missing ? [`  not found: ${missing}`] : []),
  ]);

/** A line for each test that is left out. */
export const leftOutLines = (backends: RealBackends): string[] =>
  unsuited
    .filter((row) => isLeftOut(row, backends))
    .map(({ file, test, reason }) => `  ${file}${test ? ` > ${test}` : ''}\n    ${reason}`);

interface Run {
  modules: readonly TestModule[];
  /** The files of each suite. */
  files: ReadonlyMap<string, readonly string[]>;
}

/** A line for each suite that ran, with the time that its files took, one after the other. */
export function suiteLines({ modules, files }: Run): string[] {
  return [...files].flatMap(([suite, own]) => {
    const ran = modules.filter((module) => own.includes(module.relativeModuleId));
    if (ran.length === 0) return [];
    const { passed, failed } = countTests(ran, false);
    const ms = ran.reduce((sum, module) => sum + module.diagnostic().duration, 0);
    const counts = `${passed} passed, ${failed} failed`;
    return [`${failed ? '✗' : '✓'} ${suite.padEnd(11)} ${counts.padEnd(24)} ${(ms / 1000).toFixed(1)} s`];
  });
}

/** Skipped tests that are no rows of unsuited.ts count as failed: nothing is left out unnamed. */
export function countAll(modules: readonly TestModule[], real: Real, unexplained: boolean): Counts {
  const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
  const unnamed = skipped.filter(
    (test) => !unsuited.some((row) => row.test === test.fullName && isLeftOut(row, backendsOf(real))),
  );
  for (const test of unnamed) console.log(`✗ skipped without a reason: ${test.fullName}`);
  return addCounts(countTests(modules, unexplained), { passed: 0, failed: unnamed.length });
}
