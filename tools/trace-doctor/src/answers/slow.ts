// Where the time of a trace went.
import { z } from 'zod';
import { criticalPath, type PathStep } from '../critical-path.ts';
import { type SequentialRun, sequentialChildren } from '../sequential.ts';
import type { Trace } from '../trace.ts';
import { Facts, facts, NamedSpan, named } from './facts.ts';
import type { Store } from './store.ts';

export interface Slow {
  trace: Trace;
  path: PathStep[];
  runs: SequentialRun[];
}

/** The JSON of `trace slow` and of the tool slow_path. Times are in µs. */
export const SlowAnswer = Facts.extend({
  ok: z.literal(true),
  criticalPath: z.array(
    NamedSpan.extend({
      selfUs: z.number(),
      waitUs: z.number().describe("After the parent's end, such as in a queue"),
      share: z.number().describe('Of the whole path, 0 to 1'),
    }),
  ),
  sequential: z.array(
    z.object({
      parent: NamedSpan,
      spans: z.array(NamedSpan.extend({ durationUs: z.number() })),
      sumUs: z.number(),
      savingUs: z.number().describe('The most that running them concurrently could save'),
    }),
  ),
});

/** Reads a trace and finds its critical path. Rejects with `NoSuchTrace` if the store does not have it. */
export async function readSlow(store: Store, id: string): Promise<Slow> {
  const trace = await store.read(id);
  return { trace, path: criticalPath(trace), runs: sequentialChildren(trace) };
}

/** The JSON of the critical path. */
export const slowAnswer = ({ trace, path, runs }: Slow): z.infer<typeof SlowAnswer> => ({
  ok: true,
  ...facts(trace),
  criticalPath: path.map(({ span, ...times }) => ({ ...named(span), ...times })),
  sequential: runs.map(({ parent, spans, ...times }) => ({
    parent: named(parent),
    spans: spans.map((span) => ({ ...named(span), durationUs: span.durationUs })),
    ...times,
  })),
});
