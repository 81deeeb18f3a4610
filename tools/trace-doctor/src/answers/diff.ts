// The differences of two traces of the same work.
import { z } from 'zod';
import { diffTraces, type TraceDiff } from '../diff.ts';
import type { Trace } from '../trace.ts';
import { Facts, facts } from './facts.ts';
import type { Store } from './store.ts';

export interface Diff extends TraceDiff {
  before: Trace;
  after: Trace;
  /** Nothing is missing or slower. Added operations are listed, but are no difference by themselves. */
  ok: boolean;
}

const Operation = z.object({
  service: z.string(),
  kind: z.string(),
  name: z.string(),
  count: z.int(),
  medianUs: z.number(),
});

/** The JSON of `trace diff` and of the tool diff_traces. Durations are in µs. */
export const DiffAnswer = z.object({
  ok: z.boolean().describe('Nothing is missing or slower'),
  a: Facts,
  b: Facts,
  missing: z.array(Operation),
  added: z.array(Operation),
  slower: z.array(Operation.extend({ beforeUs: z.number(), factor: z.number() })),
});

/** Reads both traces and compares them. Rejects with `NoSuchTrace` if one is not in the store. */
export async function readDiff(store: Store, a: string, b: string): Promise<Diff> {
  const [before, after] = await Promise.all([store.read(a), store.read(b)]);
  const found = diffTraces(before, after);
  return { before, after, ...found, ok: found.missing.length === 0 && found.slower.length === 0 };
}

/** The JSON of a comparison. */
export const diffAnswer = ({
  before,
  after,
  ok,
  missing,
  added,
  slower,
}: Diff): z.infer<typeof DiffAnswer> => ({
  ok,
  a: facts(before),
  b: facts(after),
  missing,
  added,
  slower,
});
