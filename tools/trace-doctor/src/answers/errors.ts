// The errors of a trace.
import { z } from 'zod';
import { errorsOf, type TraceError } from '../errors.ts';
import { readLinked } from '../links.ts';
import type { Trace } from '../trace.ts';
import { Facts, facts, NamedSpan, Ref } from './facts.ts';
import type { Store } from './store.ts';

export interface Errors {
  trace: Trace;
  /** The earliest first. */
  errors: TraceError[];
}

/** The JSON of `trace errors` and of the tool first_error. Times are in µs. */
export const ErrorsAnswer = Facts.extend({
  ok: z.boolean().describe('No error'),
  errors: z
    .array(
      z.object({
        timeUs: z.number().describe('Since the epoch'),
        code: z.string(),
        message: z.string().optional(),
        origin: Ref.extend({ service: z.string(), name: z.string().optional() }),
        seenBy: z.array(NamedSpan.extend({ traceId: z.string() })),
      }),
    )
    .describe('The first error first'),
});

/** An error may have arisen in a trace that this one links to. */
export async function readErrors(store: Store, id: string): Promise<Errors> {
  const trace = await store.read(id);
  const linked = await readLinked(store.tracesUrl, trace, { signal: store.stop });
  const errors = errorsOf([trace, ...linked]).filter(({ seenBy }) =>
    seenBy.some((span) => span.traceId === id),
  );
  return { trace, errors };
}

/** The JSON of the errors of a trace. */
export const errorsAnswer = ({ trace, errors }: Errors): z.infer<typeof ErrorsAnswer> => ({
  ok: errors.length === 0,
  ...facts(trace),
  errors: errors.map(({ origin, seenBy, ...error }) => ({
    ...error,
    origin: { service: origin.service, ...origin.ref, ...(origin.span && { name: origin.span.name }) },
    seenBy: seenBy.map(({ traceId, spanId, service, name }) => ({ service, name, traceId, spanId })),
  })),
});
