// What tracing costs: CPU time of the same handler in each mode, measured in one run.
import { mkdir, writeFile } from 'node:fs/promises';
import { type HandlerName, handlers } from './handlers.ts';
import { type ModeName, modes, NAMED, PEERS } from './modes.ts';
import { type Run, table } from './part.ts';
import { installPeers } from './peers.ts';
import { type ProfileSummary, printProfile, summarizeProfile } from './profile.ts';
import { startServers } from './servers.ts';
import type { Received } from './sink.ts';
import { interleave, median, minimum, round } from './statistics.ts';
import { openSubject, type Subject, type Times } from './subject.ts';

/** CPU times in µs per request. */
export interface OverheadRow {
  handler: HandlerName;
  mode: ModeName;
  /** The minimum over the rounds. */
  cpuUs: number;
  medianUs: number;
  /** The median of the elapsed time; requests overlap. */
  wallUs: number;
  /** `cpuUs` against that of mode `none` in the same run; null where `none` was not measured. */
  ratio: number | null;
  /** The median over the rounds of each round's ratio. */
  medianRatio: number | null;
  /** Exported spans per request; null where they are not exported by OTLP. */
  spans: number | null;
  /** Exported bytes per request. */
  bytes: number;
  /** With `--profile`. */
  profile?: ProfileSummary;
}

const LENGTHS = {
  full: { passes: 3, rounds: 9, requests: 500, warmUpMs: 6_000 },
  quick: { passes: 1, rounds: 9, requests: 200, warmUpMs: 2_000 },
};

const PROFILED_REQUESTS = 3_000;
const PROFILES = new URL('../../.mesh/bench/', import.meta.url);

/** Measures; `passes` is how many processes of each mode are measured, one after the other. */
export async function run(
  options: Run,
  passes: number = LENGTHS[options.quick ? 'quick' : 'full'].passes,
): Promise<OverheadRow[]> {
  const chosen = (options.handler ?? Object.keys(handlers)) as HandlerName[];
  if (modesOf(options).some((name) => PEERS.includes(name))) await installPeers(options.say);
  const needs = new Set(chosen.flatMap((name): readonly string[] => handlers[name].needs));
  await using servers = await startServers([...needs], options);
  const rows: OverheadRow[] = [];
  for (const name of chosen) rows.push(...(await measureHandler(name, servers.env, options, passes)));
  return rows;
}

const modesOf = ({ mode, peers }: Run): ModeName[] =>
  (mode as ModeName[] | undefined) ??
  (Object.keys(modes) as ModeName[]).filter(
    (name) => !NAMED.includes(name) && (peers || !PEERS.includes(name)),
  );

/** What the processes of one mode have shown. */
interface Measured extends Received {
  times: Times[];
  profile?: ProfileSummary;
}

async function measureHandler(
  name: HandlerName,
  env: Record<string, string>,
  options: Run,
  passes: number,
): Promise<OverheadRow[]> {
  const { rounds, requests } = LENGTHS[options.quick ? 'quick' : 'full'];
  const all = new Map<ModeName, Measured>();
  for (let pass = 0; pass < passes; pass++) {
    for (const [mode, { times, spans, bytes, profile }] of await measureOnce(name, env, options)) {
      const so = all.get(mode) ?? { times: [], spans: 0, bytes: 0 };
      const sums = { spans: so.spans + spans, bytes: so.bytes + bytes };
      all.set(mode, { times: [...so.times, ...times], ...sums, ...(profile && { profile }) });
    }
  }
  const times = new Map([...all].map(([mode, measured]) => [mode, measured.times]));
  const served = passes * rounds * requests;
  options.say(
    `overhead: ${name}: ${passes * rounds} rounds of ${requests} requests, ${handlers[name].rate} in a second`,
  );
  return [...all].map(([mode, { spans, bytes, profile }]) => ({
    ...rowOf(name, mode, times),
    spans: PEERS.includes(mode) ? null : round(spans / served, 3),
    bytes: round(bytes / served),
    ...(profile && { profile }),
  }));
}

/** Measures a new process of each mode: two processes of the same program may differ by what V8 optimized when. */
async function measureOnce(
  name: HandlerName,
  env: Record<string, string>,
  options: Run,
): Promise<Map<ModeName, Measured>> {
  const { rounds, requests, warmUpMs } = LENGTHS[options.quick ? 'quick' : 'full'];
  await using opened = new AsyncDisposableStack();
  const subjects: Subject[] = [];
  for (const mode of modesOf(options)) {
    const subject = opened.use(await openSubject(name, mode, env));
    subjects.push(subject);
    await subject.warmUp(warmUpMs);
    await subject.received();
    options.say(`overhead: ${name} ${mode}: warm`);
  }
  const measured = new Map<ModeName, Measured>();
  for (const [subject, times] of await interleave(subjects, rounds, (each) => each.serve(requests))) {
    const received = await subject.received();
    const profile = options.profile ? { profile: await profileOf(name, subject) } : {};
    measured.set(subject.mode, { times, ...received, ...profile });
  }
  return measured;
}

/** Profiles a subject after it was measured; the profile is kept for a viewer. */
async function profileOf(name: HandlerName, subject: Subject): Promise<ProfileSummary> {
  const profile = await subject.profile(PROFILED_REQUESTS);
  await mkdir(PROFILES, { recursive: true });
  await writeFile(new URL(`${name}-${subject.mode}.cpuprofile`, PROFILES), JSON.stringify(profile));
  return summarizeProfile(profile, PROFILED_REQUESTS);
}

/** The row of one mode, from the CPU times of each round in all modes. */
export function rowOf(
  handler: HandlerName,
  mode: ModeName,
  times: ReadonlyMap<ModeName, Times[]>,
): Omit<OverheadRow, 'spans' | 'bytes'> {
  const of = (name: ModeName) => times.get(name)?.map(({ cpuUs }) => cpuUs);
  const own = of(mode) ?? [];
  const none = of('none');
  return {
    handler,
    mode,
    cpuUs: round(minimum(own), 1),
    medianUs: round(median(own), 1),
    wallUs: round(median((times.get(mode) ?? []).map(({ wallUs }) => wallUs)), 1),
    ratio: none ? round(minimum(own) / minimum(none), 3) : null,
    medianRatio: none ? round(median(own.map((time, at) => time / (none[at] ?? Number.NaN))), 3) : null,
  };
}

const factor = (ratio: number | null) => (ratio === null ? '–' : ratio.toFixed(2));

export function print(rows: OverheadRow[]): string {
  const none = new Map(rows.filter(({ mode }) => mode === 'none').map((row) => [row.handler, row.cpuUs]));
  const added = ({ handler, cpuUs }: OverheadRow) => cpuUs - (none.get(handler) ?? Number.NaN);
  const columns: Record<string, (row: OverheadRow) => string> = {
    handler: (row) => row.handler,
    mode: (row) => row.mode,
    'CPU min (µs)': (row) => row.cpuUs.toFixed(0),
    'added (µs)': (row) => (none.has(row.handler) ? added(row).toFixed(0) : '–'),
    'CPU median (µs)': (row) => row.medianUs.toFixed(0),
    'times none': (row) => factor(row.ratio),
    'median of rounds': (row) => factor(row.medianRatio),
    'spans per request': (row) => String(row.spans ?? '–'),
    'exported (bytes)': (row) => String(row.bytes),
  };
  const profiles = rows.flatMap(({ handler, mode, profile }) =>
    profile ? [`\n${printProfile(`${handler} ${mode}`, profile)}`] : [],
  );
  return [table(columns, rows), ...profiles].join('\n');
}
