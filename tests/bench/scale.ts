// Time and memory per unit, from few agents, sockets, queued messages and spans to many.
import { tokens } from '../tokens.ts';
import { startMeasured } from './child.ts';
import { generate } from './generate.ts';
import { openLoadMesh } from './load-mesh.ts';
import { type Run, table } from './part.ts';
import type { ScalePlan, ScaleRow } from './scale-client.ts';
import type { SubjectName } from './scale-subjects.ts';

/** The steps of each subject, and of `--quick`; the units of work at each; the process whose memory counts. */
const SUBJECTS: Record<
  SubjectName,
  { steps: number[]; quick: number[]; units: number; workAll: boolean; in?: string }
> = {
  agents: { steps: [1, 10, 100, 1_000], quick: [1, 10, 50], units: 100, workAll: true, in: 'edge-mcp' },
  sockets: {
    steps: [1, 100, 1_000, 10_000],
    quick: [1, 100, 1_000],
    units: 1_000,
    workAll: true,
    in: 'ws-hub',
  },
  queue: {
    steps: [10, 1_000, 10_000, 100_000],
    quick: [10, 100, 1_000],
    units: 1_000,
    workAll: false,
    in: 'queue',
  },
  spans: { steps: [1_000, 10_000, 100_000], quick: [1_000, 10_000], units: 1_000, workAll: true },
};

const REGISTER = ['--import', '@trace-mesh/tracing/register'];

/** Memory is compared where it grew by at least this much, in bytes: less is noise of the heap. */
const COUNTED_BYTES = 10 * 2 ** 20;

export async function run(options: Run): Promise<ScaleRow[]> {
  const { say, quick } = options;
  await using at = await openLoadMesh(options);
  await using sink = await startMeasured({ file: new URL('./sink.ts', import.meta.url) });
  const { endpoints, processes } = at.mesh;
  const urls = {
    agents: endpoints['edge-mcp'],
    sockets: endpoints['ws-hub'],
    queue: endpoints.sqs,
    spans: '',
  };
  const rows: ScaleRow[] = [];
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const steps = quick ? subject.quick : subject.steps;
    say(`${name}: ${steps.join(', ')}`);
    const target = { url: urls[name as SubjectName], token: tokens.token({ tenantId: `scale-${name}` }) };
    const { units, workAll } = subject;
    const pid = subject.in === undefined ? undefined : processes.get(subject.in)?.pid;
    const plan: ScalePlan = { subject: name as SubjectName, target, steps, units, workAll, pid };
    rows.push(
      ...(await generate<ScalePlan, ScaleRow[]>('./scale-client.ts', plan, tracing(name, sink.ready.port))),
    );
  }
  const sent = 100 + rows.reduce((sum, row) => sum + (row.subject === 'spans' ? row.count : 0), 0);
  const { spans } = await sink.ask<{ spans: number }>('received');
  if (spans !== sent) throw new Error(`${spans} spans arrived of ${sent}`);
  return rows;
}

/** Messages of the queue and spans are made by clients with the preload; the former are not sampled. */
function tracing(name: string, port: number): { execArgv?: string[]; env?: Record<string, string> } {
  if (name !== 'spans' && name !== 'queue') return {};
  const env = { OTEL_SERVICE_NAME: 'bench', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const sampler = { OTEL_TRACES_SAMPLER: name === 'spans' ? 'always_on' : 'always_off' };
  return { execArgv: REGISTER, env: { ...env, ...sampler } };
}

/** The last figure by the first: 1 where a unit costs the same at any number. */
function ratio(figures: readonly number[]): string {
  const [first, last] = [figures.at(0), figures.at(-1)];
  return first !== undefined && last !== undefined && figures.length > 1 ? (last / first).toFixed(2) : '–';
}

export function print(rows: ScaleRow[]): string {
  const shown = Object.keys(SUBJECTS).flatMap((name) => {
    const own = rows.filter(({ subject }) => subject === name);
    const times = ratio(own.map(({ usPerUnit }) => usPerUnit));
    const grown = own.filter(({ count, bytesEach }) => count * bytesEach >= COUNTED_BYTES);
    const bytes = name === 'spans' ? '' : ratio(grown.map(({ bytesEach }) => bytesEach));
    return own.map((row) =>
      row === own.at(-1) ? { ...row, times, bytes } : { ...row, times: '', bytes: '' },
    );
  });
  return table(
    {
      scale: ({ subject }) => subject,
      number: ({ count }) => `${count}`,
      'µs per unit': ({ usPerUnit }) => `${usPerUnit}`,
      'last to first': ({ times }) => times,
      'µs to add one': ({ subject, usToAdd }) => (subject === 'spans' ? '' : `${usToAdd}`),
      'bytes each': ({ subject, bytesEach }) => (subject === 'spans' ? '' : `${bytesEach}`),
      'last to first above 10 MiB': ({ bytes }) => bytes,
    },
    shown,
  );
}
