// The parts of the benchmark: one row for each.
import type { Part } from './part.ts';

interface Entry {
  summary: string;
  load(): Promise<Part>;
}

// Each part's result is its own, and only its own `print` receives it: hence the cast.
const entry = <Result>(summary: string, load: () => Promise<Part<Result>>): Entry => ({
  summary,
  load: load as () => Promise<Part>,
});

/** The part that compares instead of measuring; it runs only when it is named. */
export const GATE = 'gate';

export const parts: Record<string, Entry> = {
  overhead: entry('CPU per request of the same handler, traced and not', () => import('./overhead.ts')),
  hops: entry('one injection, extraction, span and frame, in ns', () => import('./hops.ts')),
  load: entry('the load of the source guide, and the highest rate', () => import('./load.ts')),
  weight: entry(
    'start-up and memory of each service, the demo, an installation',
    () => import('./weight.ts'),
  ),
  scale: entry('time and memory per unit, from few to many', () => import('./scale.ts')),
  links: entry('finding the traces that link to another among 100,000', () => import('./links.ts')),
  capacity: entry(
    'the highest rate, predicted from costs at low load and measured',
    () => import('./capacity.ts'),
  ),
  gate: entry('whether a ratio is worse than baseline.json allows', () => import('./gate.ts')),
};
