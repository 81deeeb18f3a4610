// The state of the page, as signals, and the functions that change it.
import { computed, signal } from '@preact/signals';
import type { Knobs } from '@trace-mesh/faults/knobs';
import type { WireRecord } from '@trace-mesh/faults/wire';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import type { FiringEvent, PageSession, ShownMystery, ShownScenario } from '../messages.ts';

export const session = signal<PageSession | undefined>(undefined);
export const chosenName = signal('create-task');
export const prompt = signal('');

/** The knobs of the mesh, and those of the page itself. */
export interface AllKnobs extends Pick<Knobs, 'fail' | 'slow' | 'drop'> {
  samplingRatio: number;
  sqsMode: 'parent' | 'link';
  force: boolean;
  /** Where the page drops context: `browser:http`, `browser:websocket`. */
  dropHere: string[];
}
export const DEFAULT_KNOBS: AllKnobs = {
  samplingRatio: 1,
  sqsMode: 'parent',
  force: false,
  fail: [],
  slow: [],
  drop: [],
  dropHere: [],
};
export const knobs = signal<AllKnobs>(DEFAULT_KNOBS);
/** Changes some knobs. */
export const turn = (change: Partial<AllKnobs>): void => {
  knobs.value = { ...knobs.value, ...change };
};

export type VerdictEvent = Extract<FiringEvent, { type: 'verdict' }>;

/** One firing as the page shows it. */
export interface Firing {
  scenario: ShownScenario;
  traceId: string;
  /** The progress, as a sentence. */
  progress: string;
  spans: Span[];
  pushes: TaskEvent[];
  /** What the page itself sent. */
  wire: WireRecord[];
  result?: Record<string, unknown>;
  error?: string;
  verdict?: VerdictEvent;
  /** The trace was not sampled. */
  unsampled?: true;
  over: boolean;
  /** The verdict comes with the answer. */
  mystery?: true;
}
/** How many firings the page keeps. */
export const MAX_KEPT_FIRINGS = 12;
/** The last firings, the newest last. */
export const firings = signal<Firing[]>([]);
/** The newest one, which may still run. */
export const newest = computed(() => firings.value.at(-1));
const shownTraceId = signal('');
/** The one that is shown. */
export const firing = computed(() => firings.value.find(({ traceId }) => traceId === shownTraceId.value));
export const isFiring = computed(() => newest.value !== undefined && !newest.value.over);
/** The spans whose folded rows are shown in the waterfall, by id. */
export const unfolded = signal<ReadonlySet<string>>(new Set());

/** Shows this firing. */
export function show(traceId: string): void {
  shownTraceId.value = traceId;
  unfolded.value = new Set();
}

export const scenarios = computed(() => (session.value?.groups ?? []).flatMap((group) => group.scenarios));
export const chosen = computed(() => scenarios.value.find(({ name }) => name === chosenName.value));

/** Adds a firing of this scenario and shows it. */
export function begin(scenario: ShownScenario, traceId: string): void {
  const progress = 'The trace begins.';
  const begun = { scenario, traceId, progress, spans: [], pushes: [], wire: [], over: false };
  firings.value = [...firings.value, begun].slice(-MAX_KEPT_FIRINGS);
  show(traceId);
}

/** Adds the firing of a mystery, without a verdict, and shows it. */
export function beginMystery({ scenario: { name }, traceId, spans }: ShownMystery): void {
  const scenario = scenarios.value.find((candidate) => candidate.name === name);
  if (!scenario) return;
  begin(scenario, traceId);
  change({ spans, mystery: true, over: true, progress: 'A mystery: the verdict comes with your answer.' });
}

/** Shows the verdict of a mystery. */
export function revealMystery(traceId: string, verdict: VerdictEvent): void {
  firings.value = firings.value.map((each) => (each.traceId === traceId ? { ...each, verdict } : each));
}

/** Changes the newest firing. */
export function change(changes: Partial<Firing>): void {
  if (newest.value) firings.value = [...firings.value.slice(0, -1), { ...newest.value, ...changes }];
}

/** Adds an event that the hub pushed. */
export const pushed = (event: TaskEvent): void =>
  change({ pushes: [...(newest.value?.pushes ?? []), event] });

/** Adds a record of what the page sent. */
export const sent = (record: WireRecord): void => change({ wire: [...(newest.value?.wire ?? []), record] });

/** Applies an event of the firing. */
export function receive(event: FiringEvent): void {
  const spans = newest.value?.spans ?? [];
  if (event.type === 'spans')
    change({ spans: [...spans, ...event.spans], progress: countOf([...spans, ...event.spans]) });
  if (event.type === 'result')
    change({ result: event.result, progress: 'Result received; spans still arrive.' });
  if (event.type === 'failed') change({ error: event.error, progress: 'Failed; spans still arrive.' });
  if (event.type === 'unsampled')
    change({ unsampled: true, progress: 'Not sampled: a result without a trace.' });
  if (event.type === 'verdict') change({ verdict: event, progress: verdictOf(event) });
}

function countOf(spans: Span[]): string {
  const services = new Set(spans.map(({ service }) => service));
  return `${spans.length} spans of ${services.size} services have arrived.`;
}

function verdictOf({ ok, hops, problems }: VerdictEvent): string {
  const broken = hops.filter((hop) => !hop.ok).length;
  if (ok) return `All ${hops.length} hops hold, and the trace is whole.`;
  return `${broken} of ${hops.length} hops are broken${problems.length > 0 ? ', and the trace is not whole' : ''}.`;
}
