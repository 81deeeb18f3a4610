// Predicts the highest rate from costs at low load, measures it, and computes what many requests a second need: docs/capacity.md.
import { availableParallelism } from 'node:os';
import { BURST, type Costs, type Cpu, measureCosts, measureTasks, sumOf } from './capacity-costs.ts';
import { needs, reachedAt } from './capacity-plan.ts';
import { countOthers } from './cpu.ts';
import { P99_LIMIT_MS, searchRate } from './load.ts';
import { openLoadMesh } from './load-mesh.ts';
import { type Run, table } from './part.ts';
import { furtherCost, highestRate, type Station, utilisation } from './queueing.ts';
import { median } from './statistics.ts';

/** With more cores in use by other programs, the measured rate is theirs as well. */
const MAX_OTHERS = 0.1;
/** How far the prediction may be from the measured rate, as a share of it. */
const TOLERANCE = 0.25;
const RATES = [1_000, 100_000];
/** A rate whose utilisation is measured as well, and for how long, in s. */
const CHECKED = { rate: 100, seconds: 8 };
/**
 * Other programs of the machine only add to a wait, so a rate may fail once. And the queue must not have grown, or it is no rate that
 * lasts: requests are answered faster than their tasks end.
 */
const HELD = { tries: 2, drainS: 0.7 };

export interface Capacity {
  costs: Costs;
  /** The CPU of a further request of a busy period, by process, in ms. */
  further: Cpu;
  station: Station;
  /** The highest rates with a p99 below 100 ms, in requests per second. */
  predicted: number;
  measured: number;
  /** The share of the time in which the cores are busy at `CHECKED.rate`, measured. */
  busy: number;
  /** How many cores other programs used during the searches. */
  others: number;
  /** Of each search; `measured` is their median. */
  searches: number[];
  /** |predicted − measured| / measured. */
  error: number;
}

export async function run(options: Run): Promise<Capacity> {
  await using at = await openLoadMesh(options);
  const costs = await measureCosts(at, options);
  const names = Object.keys({ ...costs.single, ...costs.burst });
  const further = Object.fromEntries(
    names.map((name) => [name, furtherCost(costs.single[name] ?? 0, costs.burst[name] ?? 0, BURST)]),
  );
  const station: Station = {
    cores: availableParallelism() - sumOf(costs.idle) / 1_000,
    firstMs: sumOf(costs.single),
    furtherMs: sumOf(further),
  };
  const predicted = predict(station, costs);
  const { cpu } = await measureTasks(at, CHECKED.rate, CHECKED.seconds, costs.idle);
  const busy = (sumOf(cpu) * CHECKED.rate) / 1_000 / station.cores;
  options.say(`predicted: ${predicted.toFixed(0)}/s`);
  const others = await countOthers();
  const searches: number[] = [];
  for (let n = 0; n < (options.quick ? 1 : 3); n += 1) searches.push(await searchRate(at, options, HELD));
  const measured = median(searches);
  const error = Math.abs(predicted - measured) / measured;
  return { costs, further, station, predicted, busy, others: await others(), measured, searches, error };
}

/** Erlang's formula has whole servers: the station's cores are rounded, what is spent while idle slows them. */
function predict(station: Station, { answerMs }: Costs): number {
  const cores = Math.round(station.cores);
  const slower = cores / station.cores;
  const whole = { ...station, cores, furtherMs: station.furtherMs * slower };
  return highestRate(whole, answerMs, P99_LIMIT_MS);
}

export const failed = ({ error }: Capacity): boolean => !(error <= TOLERANCE);

export const print = (capacity: Capacity): string =>
  [model(capacity), byProcess(capacity), arithmetic(capacity)].join('\n\n');

const perSecond = (rate: number) => `${round(rate)}/s`;

function model({ costs, station, predicted, busy, others, measured, searches, error }: Capacity): string {
  const rows: [string, string][] = [
    ['cores, without what the mesh spends while idle', station.cores.toFixed(2)],
    ['CPU of a request that comes alone', `${station.firstMs.toFixed(1)} ms`],
    ['CPU of a further request of a busy period', `${station.furtherMs.toFixed(1)} ms`],
    ['time of an answer without a wait', `${costs.answerMs.toFixed(1)} ms`],
    [
      `cores busy at ${CHECKED.rate}/s: predicted, measured`,
      `${percent(utilisation(station, CHECKED.rate))}, ${percent(busy)}`,
    ],
    [`**predicted** highest rate with p99 < ${P99_LIMIT_MS} ms`, perSecond(predicted)],
    [`**measured**, median of ${searches.join(', ')}`, perSecond(measured)],
    [
      'cores that other programs used meanwhile',
      `${others.toFixed(2)}${others > MAX_OTHERS ? ': too many for a comparison (repeat it on an idle machine)' : ''}`,
    ],
    [
      `difference (allowed: ${percent(TOLERANCE)})`,
      `${percent(error)}${error <= TOLERANCE ? '' : ': FAILED'}`,
    ],
  ];
  return table({ model: ([name]) => name, figure: ([, figure]) => figure }, rows);
}

function byProcess({ costs, further }: Capacity): string {
  const rows = Object.entries(further).filter(([, ms]) => ms > 0.02);
  return table(
    {
      process: ([name]) => name,
      'alone (ms of CPU)': ([name]) => (costs.single[name] ?? 0).toFixed(1),
      'further (ms of CPU)': ([, ms]) => ms.toFixed(2),
      'requests/s of one core': ([, ms]) => round(1_000 / ms),
    },
    rows.toSorted(([, a], [, b]) => b - a),
  );
}

function arithmetic({ costs, further }: Capacity): string {
  const rows = needs({ cpu: further, uses: costs.uses }).toSorted((a, b) => reachedAt(a) - reachedAt(b));
  const at = (rate: number) => [
    `${rate.toLocaleString('en')}/s`,
    ({ each, unit }: (typeof rows)[number]) => {
      const needed = each * rate;
      const whole = ['pods', 'connections', 'messages'].includes(unit) ? Math.ceil(needed) : needed;
      return `${round(whole)}${unit.startsWith('/') ? '' : ' '}${unit}`;
    },
  ];
  return table(
    {
      need: ({ what }) => what,
      ...Object.fromEntries(RATES.map(at)),
      limit: ({ limit }) => (limit === undefined ? '–' : limit.toLocaleString('en')),
      'reached at': (need) => (need.limit === undefined ? '–' : perSecond(reachedAt(need))),
      'moved by': ({ setting }) => setting || '–',
    },
    rows,
  );
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
/** Two digits are all that such figures can be trusted for. */
const round = (value: number) =>
  Number(value.toPrecision(value < 1_000 ? 2 : 3)).toLocaleString('en', { maximumFractionDigits: 3 });
