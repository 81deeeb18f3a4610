// What tracing costs: CPU time of the same handler in each mode, measured in one run.
import { type Caller, CONCURRENCY, callMany } from './callers.ts';
import { type Measured, startMeasured } from './child.ts';
import { type Handler, type HandlerName, handlers } from './handlers.ts';
import { type Mode, type ModeName, modes } from './modes.ts';
import { type Run, table } from './part.ts';
import { startServers } from './servers.ts';
import { interleave, median, minimum, round } from './statistics.ts';

/** CPU times in µs per request. */
export interface OverheadRow {
  handler: HandlerName;
  mode: ModeName;
  /** The minimum over the rounds. */
  cpuUs: number;
  medianUs: number;
  /** `cpuUs` against that of mode `none` in the same run; null where `none` was not measured. */
  ratio: number | null;
  /** The median over the rounds of each round's ratio. */
  medianRatio: number | null;
  /** Exported spans per request. */
  spans: number;
}

const LENGTHS = {
  full: { rounds: 20, requests: 1_000, warmUp: 6_000 },
  quick: { rounds: 9, requests: 300, warmUp: 2_000 },
};

export async function run(options: Run): Promise<OverheadRow[]> {
  const chosen = (options.handler ?? Object.keys(handlers)) as HandlerName[];
  const needs = new Set(chosen.flatMap((name): readonly string[] => handlers[name].needs));
  await using servers = await startServers([...needs], options);
  const rows: OverheadRow[] = [];
  for (const name of chosen) rows.push(...(await measureHandler(name, servers.env, options)));
  return rows;
}

interface Subject extends AsyncDisposable {
  mode: ModeName;
  server: Measured;
  caller: Caller;
  spans(): Promise<number>;
}

async function measureHandler(
  name: HandlerName,
  env: Record<string, string>,
  { mode, quick, say }: Run,
): Promise<OverheadRow[]> {
  const { rounds, requests, warmUp } = LENGTHS[quick ? 'quick' : 'full'];
  await using opened = new AsyncDisposableStack();
  const subjects: Subject[] = [];
  for (const chosen of (mode ?? Object.keys(modes)) as ModeName[]) {
    const subject = opened.use(await openSubject(name, chosen, env));
    subjects.push(subject);
    await callMany(subject.caller, warmUp);
    await subject.server.usage();
    await subject.spans();
    say(`overhead: ${name} ${chosen}: warm`);
  }
  const perRequest = await interleave(subjects, rounds, async ({ server, caller }) => {
    const before = await server.usage();
    await callMany(caller, requests);
    return ((await server.usage()).cpuUs - before.cpuUs) / requests;
  });
  const spans = new Map<ModeName, number>();
  for (const subject of subjects) spans.set(subject.mode, (await subject.spans()) / (rounds * requests));
  const times = new Map([...perRequest].map(([subject, figures]) => [subject.mode, figures]));
  say(`overhead: ${name}: ${rounds} rounds of ${requests} requests, ${CONCURRENCY} at once`);
  return [...times.keys()].map((of) => rowOf(name, of, times, spans.get(of) ?? 0));
}

/** The row of one mode, from the CPU times of each round in all modes. */
export function rowOf(
  handler: HandlerName,
  mode: ModeName,
  times: ReadonlyMap<ModeName, number[]>,
  spans: number,
): OverheadRow {
  const own = times.get(mode) ?? [];
  const none = times.get('none');
  return {
    handler,
    mode,
    cpuUs: round(minimum(own), 1),
    medianUs: round(median(own), 1),
    ratio: none ? round(minimum(own) / minimum(none), 3) : null,
    medianRatio: none ? round(median(own.map((time, at) => time / (none[at] ?? Number.NaN))), 3) : null,
    spans: round(spans, 3),
  };
}

async function openSubject(
  name: HandlerName,
  mode: ModeName,
  servers: Record<string, string>,
): Promise<Subject> {
  const { execArgv, env, ours }: Mode = modes[mode];
  const handler: Handler = handlers[name];
  await using opened = new AsyncDisposableStack();
  const sink = opened.use(await startMeasured({ file: new URL('sink.ts', import.meta.url) }));
  const server = opened.use(
    await startMeasured({
      file: new URL(`handlers/${name}.ts`, import.meta.url),
      execArgv,
      env: {
        OTEL_SERVICE_NAME: 'bench',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.ready.port}`,
        BENCH_OURS: String(ours),
        ...servers,
        ...env,
      },
    }),
  );
  const caller = await handler.open(server.ready.port);
  opened.defer(caller.close);
  const all = opened.move();
  return {
    mode,
    server,
    caller,
    spans: () => sink.ask('spans'),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export function print(rows: OverheadRow[]): string {
  return table<OverheadRow>(
    {
      handler: (row) => row.handler,
      mode: (row) => row.mode,
      'CPU min (µs)': (row) => row.cpuUs.toFixed(0),
      'CPU median (µs)': (row) => row.medianUs.toFixed(0),
      'against none': (row) => (row.ratio === null ? '–' : `${row.ratio.toFixed(2)} ×`),
      'median of rounds': (row) => (row.medianRatio === null ? '–' : `${row.medianRatio.toFixed(2)} ×`),
      'spans per request': (row) => String(row.spans),
    },
    rows,
  );
}
