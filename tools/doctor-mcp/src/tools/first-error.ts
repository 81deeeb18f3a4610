// first_error: the errors of a trace, the first one first.
import { ErrorsAnswer, errorsAnswer, readErrors } from '@trace-mesh/trace-doctor/answers/errors';
import { printable } from '@trace-mesh/trace-doctor/selector';
import type { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { count, headline } from '../text.ts';

const input = { traceId: TraceId };

/** The tool first_error. */
export const firstError: Question<typeof input, z.infer<typeof ErrorsAnswer>> = {
  name: 'first_error',
  title: 'The first error of a trace',
  description:
    'The first error of a trace, where it arose and which services saw it; then the others. One error that several spans report is one.',
  input,
  answer: ErrorsAnswer,
  ask: async (store, { traceId }) => errorsAnswer(await readErrors(store, traceIdOf(traceId))),
  head: ({ ok, ...facts }) => `${headline(facts)}\n${ok ? 'no error' : 'errors, the first one first:'}`,
  lines: {
    errors: ({ code, message, origin, seenBy }) => {
      const said = message === undefined ? '' : `: ${printable(message)}`;
      const at = origin.name === undefined ? `span ${origin.spanId}` : `'${printable(origin.name)}'`;
      const others = new Set(seenBy.map(({ service }) => service).filter((name) => name !== origin.service));
      const seen = others.size === 0 ? 'no other service saw it' : `seen by ${[...others].join(', ')}`;
      return `${printable(code)}${said}; it arose in ${origin.service}, at ${at}, and ${seen} (${count(seenBy.length, 'span')})`;
    },
  },
};
