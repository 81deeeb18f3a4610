// What cannot be true, or says nothing, on a real backend. Everything else below tests/e2e, tests/transports and tests/backends runs
// on it, and so does the chaos suite.
import { readFileSync } from 'node:fs';
import type { Real } from './real.ts';

export interface Unsuited {
  /** Relative to the checkout. */
  file: string;
  /** The full title of a test, as Vitest prints it; without it the whole file is meant. */
  test?: string;
  /** The test is left out where this backend is a real one; a whole file always. */
  backend?: 'sqs' | 'traces';
  /** The test is left out unless the command starts this backend as a program. */
  program?: 'sqs' | 'traces' | 'collector' | 'prometheus' | 'redis';
  reason: string;
}

export const unsuited: readonly Unsuited[] = [
  {
    file: 'tests/e2e/faults.test.ts',
    reason: 'kills, freezes and restarts the parts of a mesh of its own, with the embedded ones',
  },
  {
    file: 'tests/e2e/trust-boundary.test.ts',
    test: 'leaving the mesh > a request to sqs has no context header',
    backend: 'sqs',
    reason: 'reads the headers that the embedded queue received; a real one shows none',
  },
  {
    file: 'tests/backends/restarts/restarts.test.ts',
    test: 'no task and no span is lost when Jaeger restarts',
    program: 'traces',
    reason: 'restarts a Jaeger of its own, and none was found as a program',
  },
  {
    file: 'tests/backends/restarts/restarts.test.ts',
    test: 'no task and no span is lost when LocalStack restarts',
    program: 'sqs',
    reason: 'restarts a LocalStack of its own, and none was found as a program',
  },
  {
    file: 'tests/backends/collector/stories.test.ts',
    test: 'a story is kept or dropped with all its traces, and always where one span of it has an error',
    program: 'collector',
    reason: 'starts three collectors of its own, and no otelcol was found',
  },
  ...[
    'the rules pass their unit tests: each alert fires, and does not fire just below its threshold',
    'a real Prometheus > faults of a mesh make their alerts fire',
    'a real Prometheus > stores exemplars, whose traces are in the trace store',
  ].map((test) => ({
    file: 'tests/backends/alerts/alerts.test.ts',
    test,
    program: 'prometheus' as const,
    reason: 'starts a Prometheus of its own, and none was found on PATH',
  })),
  ...[
    'a message is processed as a child of its publication, whichever node has its channel',
    'an entry of a stream is processed as a child of its sending',
    'a channel whose slot moves is subscribed at its new node, and the gap is reported',
    'a channel is subscribed again when its node has restarted, and the gap is reported',
    'instances share a rate limit in a cluster',
  ].map(
    (test): Unsuited => ({
      file: 'tests/backends/redis/cluster.test.ts',
      ...{ test, program: 'redis', reason: 'starts a cluster of its own, and no redis-server was found' },
    }),
  ),
];

/** The row of a running test, if it is to be left out on these backends. */
export function unsuitedRow(task: { fullTestName: string; file: { name: string } }, real: Real | undefined) {
  return unsuited.find(
    (row) =>
      row.file.endsWith(task.file.name) && row.test === task.fullTestName && isLeftOut(row, backendsOf(real)),
  );
}

/** Which backends are real, and which of them are programs of the command. */
export interface RealBackends {
  real: ReadonlySet<string>;
  programs: ReadonlySet<string>;
}

export const backendsOf = ({ programs = {}, ...real }: Partial<Real> = {}): RealBackends => ({
  real: new Set(Object.keys(real)),
  programs: new Set(Object.keys(programs)),
});

/** Whether the test is left out on these backends. */
export function isLeftOut({ test, backend, program }: Unsuited, { real, programs }: RealBackends): boolean {
  if (program) return !programs.has(program);
  return test === undefined || !backend || real.has(backend);
}

/** The whole files that are left out. */
export const unsuitedFiles = unsuited.flatMap(({ file, test }) => (test === undefined ? [file] : []));

/** The rows whose file has no such test. A placeholder in a title of `it.each` stands for any text. */
export function staleRows(rows: readonly Unsuited[]): Unsuited[] {
  return rows.filter(({ file, test }) => {
    const titles = [...read(file).matchAll(/(['"`])((?:(?!\1).)+)\1/g)].map(([, , title = '']) => title);
    return (
      test !== undefined && !test.split(' > ').every((part) => titles.some((title) => fits(title, part)))
    );
  });
}

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

function fits(title: string, part: string): boolean {
  const literals = title.split(/%[a-z]|\$\w+/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.+')}$`).test(part);
}
