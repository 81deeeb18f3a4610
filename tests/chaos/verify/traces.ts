// Whether the traces of the tasks are whole: every span's parent is there, but where a process died before it could send it.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import type { Fault } from '../faults.ts';
import type { Violation } from '../violation.ts';

export interface TraceFindings {
  breaches: Violation[];
  /** Spans without their parent which the fault explains. */
  excused: number;
}

/** Who may have made the parent of a span that came from elsewhere: the edge table knows. */
const edges = scenarios.flatMap((scenario) => scenario.edges).filter(({ relation }) => relation === 'parent');
function makersOfParent({ service, kind }: Span): string[] {
  if (kind !== 'server' && kind !== 'consumer') return [service];
  const callers = edges.filter(({ to }) => to.service === service && to.kind === kind);
  return callers.map(({ from }) => from.service);
}

/** Every trace is there and whole, and has spans of all `services`. */
export async function checkTraces(
  tracesUrl: string,
  traceIds: readonly string[],
  lost: NonNullable<Fault['losesSpansOf']>,
  services: readonly string[] = [],
): Promise<TraceFindings> {
  const breaches: Violation[] = [];
  let excused = 0;
  const isExcused = (span: Span) =>
    lost === 'all' || makersOfParent(span).some((name) => lost.includes(name));
  for (const traceId of traceIds) {
    const trace = await fetchTrace(tracesUrl, traceId);
    const orphans = orphansOf(trace);
    excused += orphans.filter(isExcused).length;
    const unexplained = orphans.filter((span) => !isExcused(span));
    const present = new Set(trace?.spans.map(({ service }) => service));
    const missing = services.filter((service) => !present.has(service));
    const subject = `trace ${traceId}`;
    if (unexplained.length > 0) {
      const names = unexplained.map(
        ({ name, service, parentSpanId }) => `${name} (${service}) of ${parentSpanId}`,
      );
      breaches.push({
        promise: 'a trace is whole',
        subject,
        seen: `without their parents: ${names.join(', ')}`,
      });
    }
    if (missing.length > 0) {
      const seen = `no span of ${missing.join(', ')} among ${trace?.spans.length ?? 0}`;
      breaches.push({ promise: 'every hop is in the trace', subject, seen });
    }
  }
  return { breaches, excused };
}

function orphansOf(trace: Trace | undefined): Span[] {
  const known = new Set(trace?.spans.map(({ spanId }) => spanId));
  return (trace?.spans ?? []).filter(({ parentSpanId }) => parentSpanId && !known.has(parentSpanId));
}
