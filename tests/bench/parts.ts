// The parts of the benchmark: one row for each.
import type { Part } from './part.ts';

interface Entry {
  summary: string;
  load(): Promise<Part>;
}

// `any`: each part's result is its own, and only its own `print` receives it.
const entry = <Result>(summary: string, load: () => Promise<Part<Result>>): Entry => ({
  summary,
  load: load as () => Promise<Part>,
});

export const parts: Record<string, Entry> = {
  overhead: entry('CPU per request of the same handler, traced and not', () => import('./overhead.ts')),
};
