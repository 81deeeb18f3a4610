// The last firings. Each keeps its events, so that a late watcher receives all of them.
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { withoutParent } from '@trace-mesh/tracing/span';
import { type FiringDeps, type FiringRequest, followFiring } from './firing.ts';
import type { FiringEvent } from './messages.ts';
import { Problem } from './problem.ts';

/** How many firings are kept. */
const MAX_FIRINGS = 50;
/** How many may run concurrently. */
export const MAX_FIRINGS_AT_ONCE = 5;

export interface Firings extends AsyncDisposable {
  /** Fires and returns the firing's id. Throws a `Problem`: 404 for an unknown scenario, 429 if too many are running. */
  fire(request: Omit<FiringRequest, 'scenario'> & { scenario: string }): string;
  /** The events of a firing after the first `seen`, to its end; undefined if it is unknown. */
  watch(firingId: string, seen: number): AsyncIterable<FiringEvent> | undefined;
}

interface Firing {
  events: FiringEvent[];
  changes: EventEmitter;
  over: boolean;
}

/** Firings of an agent, each followed to its verdict in the trace store; disposing aborts those that run. */
export function createFirings(deps: FiringDeps): Firings {
  const firings = new Map<string, Firing>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();

  return {
    fire({ scenario: name, ...request }) {
      const scenario = scenarioOf(name);
      if (running.size >= MAX_FIRINGS_AT_ONCE)
        throw new Problem(429, 'too many scenarios are running (wait for a verdict)');
      const id = randomUUID();
      const firing: Firing = { events: [], changes: new EventEmitter().setMaxListeners(0), over: false };
      firings.set(id, firing);
      const report = (event: FiringEvent) => {
        firing.events.push(event);
        firing.changes.emit('change');
      };
      // Polling and verdict are not part of the trace.
      const done = withoutParent(() =>
        followFiring({ ...request, scenario }, deps, report, stop.signal),
      ).finally(() => {
        firing.over = true;
        firing.changes.emit('change');
        running.delete(done);
      });
      running.add(done);
      const [oldest = id] = firings.keys();
      if (firings.size > MAX_FIRINGS) firings.delete(oldest);
      return id;
    },
    watch(firingId, seen) {
      const firing = firings.get(firingId);
      return firing && eventsOf(firing, seen);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.allSettled(running);
    },
  };
}

async function* eventsOf(firing: Firing, seen: number): AsyncGenerator<FiringEvent> {
  for (let next = seen; ; next += 1) {
    while (next >= firing.events.length && !firing.over) await once(firing.changes, 'change');
    const event = firing.events[next];
    if (!event) return;
    yield event;
  }
}

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Problem(404, `unknown scenario ${name}`);
  return found;
}
