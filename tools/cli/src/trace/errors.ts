import { errorsOf, type TraceError } from '@trace-mesh/trace-doctor/errors';
import { readLinked } from '@trace-mesh/trace-doctor/links';
import { ms, printable } from '@trace-mesh/trace-doctor/selector';
import { type Span, type Trace, timeOf } from '@trace-mesh/trace-doctor/trace';
import type { Command } from 'commander';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { facts, headline } from './format.ts';
import type { Store } from './store.ts';

/** Longer messages are truncated in text output; --json has them whole. */
export const MAX_MESSAGE = 200;

export function addErrors(program: Command, answer: Answerer): void {
  const description = 'the first error, its origin, the services that saw it; then the others';
  addCommand(program, answer, 'errors', description, errors);
}

async function errors(store: Store, id: string): Promise<Answer> {
  const trace = await store.read(id);
  // An error may have arisen in a trace that this one links to.
  const linked = await readLinked(store.tracesUrl, trace, { signal: store.stop });
  const found = errorsOf([trace, ...linked]).filter(({ seenBy }) =>
    seenBy.some((span) => span.traceId === id),
  );
  const [first, ...others] = found;
  const lines = first
    ? [
        `first error, at ${at(first, trace)}: ${describeError(first)}`,
        ...others.map((error) => `then, at ${at(error, trace)}: ${describeError(error)}`),
      ]
    : ['no error'];
  return {
    data: { ok: found.length === 0, ...facts(trace), errors: found.map(toJson) },
    text: [headline(trace), ...lines].join('\n\n'),
    exitCode: found.length === 0 ? 0 : 1,
  };
}

const at = (error: TraceError, trace: Trace) => `+${ms(error.timeUs - (timeOf(trace)?.startUs ?? 0))}`;

function describeError({ code, message, origin, seenBy }: TraceError): string {
  const { service, span, ref } = origin;
  const home = span ? `'${printable(span.name)}'` : `span ${ref.spanId} of trace ${ref.traceId}`;
  const others = seenBy.filter((seen) => seen.service !== service);
  const seers = [...Map.groupBy(others, (seen) => seen.service)].map(
    ([name, spans]) => `${name} (${names(spans)})`,
  );
  const said = message ? `: ${printable(message).slice(0, MAX_MESSAGE)}` : '';
  const seen = seers.length > 0 ? `seen by ${seers.join(', then ')}` : `no other service saw it`;
  return `${code}${said}\n  it started in ${service}, at ${home}\n  ${seen}`;
}

const names = (spans: readonly Span[]) =>
  [...new Set(spans.map((span) => `'${printable(span.name)}'`))].join(', ');

const toJson = ({ origin, seenBy, ...error }: TraceError) => ({
  ...error,
  origin: { service: origin.service, ...origin.ref, ...(origin.span && { name: origin.span.name }) },
  seenBy: seenBy.map(({ traceId, spanId, service, name }) => ({ service, name, traceId, spanId })),
});
