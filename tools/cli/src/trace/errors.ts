import { errorsAnswer, readErrors } from '@trace-mesh/trace-doctor/answers/errors';
import type { TraceError } from '@trace-mesh/trace-doctor/errors';
import { ms, printable } from '@trace-mesh/trace-doctor/selector';
import { type Span, type Trace, timeOf } from '@trace-mesh/trace-doctor/trace';
import type { Command } from 'commander';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { headline } from './format.ts';
import type { Store } from './store.ts';

/** Longer messages are truncated in text output; --json has them whole. */
export const MAX_MESSAGE = 200;

export function addErrors(program: Command, answer: Answerer): void {
  const description = 'the first error, its origin, the services that saw it; then the others';
  addCommand(program, answer, 'errors', description, errors);
}

async function errors(store: Store, id: string): Promise<Answer> {
  const found = await readErrors(store, id);
  const { trace } = found;
  const [first, ...others] = found.errors;
  const lines = first
    ? [
        `first error, at ${at(first, trace)}: ${describeError(first)}`,
        ...others.map((error) => `then, at ${at(error, trace)}: ${describeError(error)}`),
      ]
    : ['no error'];
  return {
    data: errorsAnswer(found),
    text: [headline(trace), ...lines].join('\n\n'),
    exitCode: found.errors.length === 0 ? 0 : 1,
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
