// What was fired of late: each firing remembers its events, so that whoever watches sees all of them, however late.
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { withoutParent } from '@trace-mesh/tracing/span';
import { type FiringDeps, type FiringRequest, followFiring } from './firing.ts';
import type { FiringEvent } from './messages.ts';
import { Problem } from './problem.ts';

/** How many firings are remembered; the oldest go. */
const MAX_FIRINGS = 50;
/** How many may be under way at once. */
export const MAX_FIRINGS_AT_ONCE = 5;

export interface Firings extends AsyncDisposable {
  /** Fires, and answers the firing's id. Throws a `Problem`: 404 for an unknown scenario, 429 while too many are under way. */
  fire(ask: Omit<FiringRequest, 'scenario'> & { scenario: string }): string;
  /** The events of a firing but the first `seen`, to the last; undefined where it is unknown. */
  watch(firingId: string, seen: number): AsyncIterable<FiringEvent> | undefined;
}

interface Firing {
  events: FiringEvent[];
  news: EventEmitter;
  over: boolean;
}

/** Firings of an agent, each followed to its verdict in the trace store; disposing gives up those under way. */
export function createFirings(deps: FiringDeps): Firings {
  const firings = new Map<string, Firing>();
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();

  async function run(firing: Firing, ask: FiringRequest): Promise<void> {
    const tell = (event: FiringEvent) => {
      firing.events.push(event);
      firing.news.emit('news');
    };
    await followFiring(ask, deps, tell, stop.signal);
  }

  return {
    fire({ scenario: name, ...ask }) {
      const scenario = scenarioOf(name);
      if (underWay.size >= MAX_FIRINGS_AT_ONCE)
        throw new Problem(429, 'too much is under way: wait for a verdict');
      const id = randomUUID();
      const firing: Firing = { events: [], news: new EventEmitter().setMaxListeners(0), over: false };
      firings.set(id, firing);
      // What follows the firing is no part of its trace.
      const running = withoutParent(() => run(firing, { ...ask, scenario })).finally(() => {
        firing.over = true;
        firing.news.emit('news');
        underWay.delete(running);
      });
      underWay.add(running);
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
      // They reject with the signal's reason.
      await Promise.allSettled(underWay);
    },
  };
}

async function* eventsOf(firing: Firing, seen: number): AsyncGenerator<FiringEvent> {
  for (let next = seen; ; next += 1) {
    while (next >= firing.events.length && !firing.over) await once(firing.news, 'news');
    const event = firing.events[next];
    if (!event) return;
    yield event;
  }
}

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Problem(404, `there is no scenario ${name}`);
  return found;
}
