// What every answer has of a trace.
import { z } from 'zod';
import { byStart, type Span, type Trace, timeOf } from '../trace.ts';

/** What every answer has of a trace, as JSON. */
export const Facts = z.object({
  traceId: z.string(),
  root: z.string().describe('Name of the root span, or of the earliest one'),
  services: z.array(z.string()).describe('In the order of their first spans'),
  spans: z.int(),
  durationMs: z.number().describe('From the first start to the last end'),
});

/** The facts of a trace; without spans, those of an empty one. */
export function facts(trace: Trace): z.infer<typeof Facts> {
  const { startUs, endUs } = timeOf(trace) ?? { startUs: 0, endUs: 0 };
  return {
    traceId: trace.traceId,
    root: firstSpan(trace)?.name ?? '',
    services: [...new Set(trace.spans.toSorted(byStart).map((span) => span.service))],
    spans: trace.spans.length,
    durationMs: (endUs - startUs) / 1000,
  };
}

/** The root; if it never arrived, the earliest span. */
export function firstSpan({ spans }: Trace): Span | undefined {
  const inOrder = spans.toSorted(byStart);
  return inOrder.find((span) => !span.parentSpanId) ?? inOrder[0];
}

/** A reference to a span. */
export const Ref = z.object({ traceId: z.string(), spanId: z.string() });

/** A span by its name. */
export const NamedSpan = z.object({ service: z.string(), name: z.string(), spanId: z.string() });

/** Refers to a span by service, name and id. */
export const named = ({ service, name, spanId }: Span): z.infer<typeof NamedSpan> => ({
  service,
  name,
  spanId,
});
