// What one hop costs: the same operations on our propagators and SDK, and on OpenTelemetry's own.
import { type Measured, startMeasured } from './child.ts';
import { type Run, table } from './part.ts';
import { interleave, minimum, round } from './statistics.ts';

/** CPU time in ns per operation, minima over the rounds. */
export interface HopRow {
  operation: string;
  oursNs: number;
  upstreamNs: number;
  ratio: number;
}

const ROUNDS = { full: 15, quick: 5 };
const PRELOADS = {
  ours: import.meta.resolve('@trace-mesh/tracing/register'),
  upstream: new URL('hops/upstream.ts', import.meta.url).href,
};

const start = (side: keyof typeof PRELOADS): Promise<Measured> =>
  startMeasured({
    file: new URL('hops/main.ts', import.meta.url),
    execArgv: ['--import', PRELOADS[side]],
    // Export is measured by `overhead`.
    env: {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      BENCH_SIDE: side,
    },
  });

export async function run({ quick, say }: Run): Promise<HopRow[]> {
  await using ours = await start('ours');
  await using upstream = await start('upstream');
  const rows: HopRow[] = [];
  for (const operation of await ours.ask<string[]>('operations')) {
    const rounds = ROUNDS[quick ? 'quick' : 'full'];
    const figures = await interleave([ours, upstream], rounds, (side) => side.ask<number>(operation));
    const [oursNs = Number.NaN, upstreamNs = Number.NaN] = [ours, upstream].map((side) =>
      round(minimum(figures.get(side) ?? [])),
    );
    rows.push({ operation, oursNs, upstreamNs, ratio: round(oursNs / upstreamNs, 2) });
    say(`hops: ${operation}`);
  }
  return rows;
}

export function print(rows: HopRow[]): string {
  const columns: Record<string, (row: HopRow) => string> = {
    operation: ({ operation }) => operation,
    'ours (ns)': ({ oursNs }) => String(oursNs),
    "OpenTelemetry's (ns)": ({ upstreamNs }) => String(upstreamNs),
    ratio: ({ ratio }) => `${ratio.toFixed(2)} ×`,
  };
  return table(columns, rows);
}
