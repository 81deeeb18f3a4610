// Mysteries: a scenario is fired with one hop broken, and the player names the row and the cause. Until then nothing is judged.
import { setTimeout as delay } from 'node:timers/promises';
import type { Break } from '@trace-mesh/faults/breaks';
import { breakOf, isRight } from '@trace-mesh/faults/mystery';
import type { Lab } from '@trace-mesh/faults/server';
import type { Agent, Fired } from '@trace-mesh/scenarios/fire';
import { diagnose } from '@trace-mesh/trace-doctor/diagnose';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { withoutParent } from '@trace-mesh/tracing/span';
import pLimit from 'p-limit';
import type { FiringDeps } from './firing.ts';
import type { MysteryGuess, ShownGuess, ShownMystery } from './messages.ts';
import { type Mystery, seen, symptomsOf } from './mystery-texts.ts';
import { Problem } from './problem.ts';
import { withWire } from './wire.ts';

/** How many mysteries may wait for their spans, and how many are kept. */
export const MAX_MYSTERIES = 50;
/** How long spans may arrive after the result, and after how long without a new span the trace is complete, in ms. */
const LIMITS = { timeoutMs: 15_000, quietMs: 4_000, connectMs: 5_000 };
const POLL_MS = 50;

export interface MysteryDeps extends FiringDeps {
  agent: Pick<Agent, 'fire'>;
  lab: Pick<Lab, 'wire' | 'knobs' | 'setKnobs' | 'services'>;
  endpoints: FiringDeps['endpoints'] & { viewer: string };
}

export interface Mysteries extends AsyncDisposable {
  /** Fires the break of a seed, and resolves when its trace has stopped growing. Throws a `Problem`: 409 without knobs, 429, 503. */
  start(seed: number): Promise<ShownMystery>;
  /** Judges an answer. Throws a `Problem` 404 for an unknown trace. */
  judge(traceId: string, guess: MysteryGuess): ShownGuess;
}

/** Mysteries of a mesh, fired one after the other; disposing aborts those that wait. */
export function createMysteries({ agent, lab, endpoints }: MysteryDeps, limits = LIMITS): Mysteries {
  const kept = new Map<string, Mystery>();
  const stop = new AbortController();
  const turn = pLimit(1);
  let waiting = 0;

  /** Services connect again soon after the console has started; the agent does when it starts. */
  async function connected(service: string): Promise<void> {
    const deadline = Date.now() + limits.connectMs;
    while (service !== 'agent' && !lab.services().includes(service)) {
      if (Date.now() >= deadline)
        throw new Problem(409, `${service} runs without knobs (npm run dev, or compose with MESH_LAB=on)`);
      await delay(POLL_MS, undefined, { signal: stop.signal });
    }
  }

  async function fire({ knob, scenario }: Break): Promise<Fired> {
    await connected(knob.slice(0, knob.indexOf(':')));
    const before = lab.knobs();
    try {
      const { missing } = await lab.setKnobs({ drop: [knob] });
      if (missing.length > 0) throw new Problem(503, `${missing.join(', ')} did not confirm the knobs`);
      return await agent.fire(scenario.name);
    } finally {
      await lab.setKnobs(before);
    }
  }

  async function observe(broken: Break, { traceId, relatedTraceIds }: Fired): Promise<Mystery> {
    const { edges } = broken.scenario;
    const { signal } = stop;
    const { timeoutMs, quietMs } = limits;
    const wait = { timeoutMs, quietMs, signal, relatedTraceIds };
    const verdict = await waitForTrace(endpoints.traces, traceId, edges, wait);
    const { trace } = verdict;
    const { linked, linking, others } = await readRelatedTraces(endpoints.traces, trace, { signal });
    const diagnoses = diagnose({ trace, edges, related: [...linked, ...linking], others });
    return { broken, verdict, diagnoses, traces: [trace, ...linked, ...others] };
  }

  return {
    async start(seed) {
      if (waiting >= MAX_MYSTERIES) throw new Problem(429, 'too many mysteries wait for their spans');
      waiting += 1;
      try {
        const broken = breakOf(seed);
        // Neither polling nor knobs are part of a trace.
        const mystery = await withoutParent(async () => observe(broken, await turn(() => fire(broken))));
        const { traceId } = mystery.verdict.trace;
        kept.set(traceId, mystery);
        const [oldest = traceId] = kept.keys();
        if (kept.size > MAX_MYSTERIES) kept.delete(oldest);
        const { name, title } = broken.scenario;
        const { spans } = mystery.verdict.trace;
        const viewer = `${endpoints.viewer}/trace/${traceId}`;
        return { seed, scenario: { name, title }, traceId, viewer, symptoms: symptomsOf(mystery), spans };
      } finally {
        waiting -= 1;
      }
    },
    judge(traceId, { answer }) {
      const mystery = kept.get(traceId);
      if (!mystery) throw new Problem(404, `no mystery has the trace ${traceId}`);
      const right = answer !== undefined && isRight(mystery.broken, answer);
      if (answer && !right) return { right };
      const { broken, verdict, diagnoses } = mystery;
      const { ok, problems } = verdict;
      const hops = withWire(verdict, broken.scenario.edges, lab);
      const texts = diagnoses.map(({ text }) => text);
      const { row, cause } = broken;
      const shown = { type: 'verdict', ok, problems, diagnoses: texts, hops } as const;
      return { right, solution: { row, cause, seen: seen(mystery, endpoints.viewer) }, verdict: shown };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
    },
  };
}
