// The order of test files in a checkout without Vitest's cache, such as CI's, where it would start with the largest file.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Measured seconds of the longest files, on 2 cores: a file that starts late runs alone at the end. */
const SECONDS: [path: string, seconds: number][] = [
  ['tests/all/new-service.test.ts', 90],
  ['tests/all/docs-commands.test.ts', 90],
  ['tests/all/template.test.ts', 90],
  ['tests/all/lesson-repairs.test.ts', 60],
  ['tests/all/breaks.test.ts', 60],
  ['tests/all/replicas.test.ts', 45],
  ['tests/all/tracing-package.test.ts', 40],
  ['tests/all/bench.test.ts', 30],
  ['tests/all/lab.test.ts', 30],
  ['tests/e2e/story.test.ts', 50],
  ['tests/e2e/lessons.test.ts', 45],
  ['tests/e2e/postgres.test.ts', 40],
  ['tests/e2e/trace-doctor.test.ts', 40],
  ['tests/chaos/chaos.test.ts', 40],
  ['tests/e2e/lesson-command.test.ts', 30],
  ['tests/e2e/faults.test.ts', 25],
  ['tests/conformance/w3c-adapter.test.ts', 25],
  ['services/rest-api/src/unavailable.test.ts', 14],
  ['packages/runtime/src/service.test.ts', 12],
  ['packages/runtime/src/service-sdk.test.ts', 6],
  ['tools/cli/src/trace/watch.test.ts', 10],
];

const secondsOf = ({ moduleId }: TestSpecification) =>
  SECONDS.find(([path]) => moduleId.endsWith(path))?.[1] ?? 0;

/** Sorts the files of each project by `SECONDS`, the longest first. */
export class LongestFirst extends BaseSequencer {
  /** Keeps the order of the projects. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((own) => own.sort((a, b) => secondsOf(b) - secondsOf(a)));
  }
}
