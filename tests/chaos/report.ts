// What a chaos run has shown, as a table for people and as data for programs.
import { availableParallelism } from 'node:os';
import { type Latencies, mib } from './measure.ts';
import type { Normal, Round } from './round.ts';

/** Where and on what the run was made. */
export function aboutRun(tasks: number, commit: string) {
  const date = new Date().toISOString().slice(0, 10);
  return { tasks, date, node: process.version, cores: availableParallelism(), commit };
}
export type About = ReturnType<typeof aboutRun>;

/** The figures of one round; times in ms, memory in MiB. */
export function figuresOf(round: Round, normal: Normal) {
  const statuses = round.asked.flatMap(({ end }) => end?.status ?? []);
  const growths = [...round.memory].map(([name, bytes]) => bytes - (normal.memory.get(name) ?? bytes));
  return {
    fault: round.fault,
    kept: round.breaches.length === 0,
    tasks: round.asked.length,
    done: statuses.filter((status) => status === 'done').length,
    failed: statuses.filter((status) => status === 'failed').length,
    ...round.told,
    repeated: round.repeated,
    latency: rounded(round.latencies),
    slowdown: Number((round.latencies.end.p50 / normal.latencies.end.p50).toFixed(2)),
    beginMs: Math.round(round.beginMs),
    recoveryMs: Math.round(round.recoveryMs),
    memoryGrowthMib: mib(Math.max(...growths)),
    excusedSpans: round.excused,
    breaches: round.breaches,
  };
}
export type Figures = ReturnType<typeof figuresOf>;

const rounded = ({ post, end }: Latencies) => ({
  post: { p50: Math.round(post.p50), p99: Math.round(post.p99) },
  end: { p50: Math.round(end.p50), p99: Math.round(end.p99) },
});

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

/** What a row has that the others do not: a broken promise, a task that failed. */
function exceptionsOf({ breaches, failed }: Figures): string {
  const broken = breaches.length > 0 ? ` (${breaches.length} promises broken)` : '';
  return failed > 0 ? `${broken} (${failed} failed)` : broken;
}

const COLUMNS: Record<string, (figures: Figures) => string> = {
  fault: (figures) => figures.fault + exceptionsOf(figures),
  'informed by fetch': ({ fetch }) => String(fetch),
  repeated: ({ repeated }) => String(repeated),
  'POST p50/p99 (ms)': ({ latency }) => `${latency.post.p50}/${latency.post.p99}`,
  'to the end p50/p99 (s)': ({ latency }) => `${seconds(latency.end.p50)}/${seconds(latency.end.p99)}`,
  'times no fault': ({ slowdown }) => String(slowdown),
  'stopped in (s)': ({ beginMs }) => seconds(beginMs),
  'ready again after (s)': ({ recoveryMs }) => seconds(recoveryMs),
  'memory (MiB)': ({ memoryGrowthMib }) => `${memoryGrowthMib > 0 ? '+' : ''}${memoryGrowthMib}`,
  'spans lost': ({ excusedSpans }) => String(excusedSpans),
};

/** A Markdown table, one row for each round. */
export function tableOf(figures: readonly Figures[]): string {
  const titles = Object.keys(COLUMNS);
  const cells = figures.map((row) => Object.values(COLUMNS).map((cell) => cell(row)));
  const rows = [titles, titles.map(() => '---'), ...cells];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Each broken promise in a line. */
export function breachLines({ fault, breaches }: Figures): string[] {
  return breaches.map(({ promise, subject, seen }) => `${fault}: ${promise}; ${subject}: ${seen}`);
}

/** docs/chaos.md. */
export function documentOf(about: About, figures: readonly Figures[]): string {
  const { tasks, date, node, cores, commit } = about;
  return `# What the mesh survives

Written by \`npm run chaos\`: ${date}, commit ${commit}, Node ${node}, ${cores} cores, the embedded mesh.

Each row is one fault during ${tasks} tasks of three tenants: half are tool calls over MCP, half REST with a subscription at the hub.
Callers repeat an unanswered request with the same task id. Every task was done and every promise kept, unless the row says otherwise:

- a task ends once, as its caller was informed, and is charged once with its cost; budgets add up to the micro-USD;
- the queue is empty; only permanent failures are dead letters, with their error;
- every service's memory is within 100 MiB of before; \`/livez\` and \`/readyz\` reported the actual state;
- every trace is whole, except for spans that were lost with their process;
- the next tasks succeed at the first attempt with every hop in their traces: immediately, or within 30 s after a failure of the
  trace backend, since exporters drop what exceeds their queues.

${tableOf(figures)}

- **informed by fetch**: callers that fetched the end after their connection was lost, not by a push or their tool call's result.
- **repeated**: requests that callers repeated.
- **to the end**: from the first request; **times no fault** compares its median.
- **stopped in**: for a restart, from SIGTERM to the end of the process.
- **memory**: growth of the service that grew most, compared with the run without a fault.
- **spans lost**: spans whose parent was never exported.
`;
}
