// show_trace: the tree of a trace.
import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import { readShow, ShowAnswer, showAnswer } from '@trace-mesh/trace-doctor/answers/show';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { headline } from '../text.ts';

const input = {
  traceId: TraceId,
  details: z.boolean().default(false).describe("Include each span's attributes and events"),
};

/** The tool show_trace. */
export const showTrace = (expected: Expected): Question<typeof input, z.infer<typeof ShowAnswer>> => ({
  name: 'show_trace',
  title: 'Show a trace',
  description:
    'The spans of a trace as a tree, with times, errors, links and the expected hops that arrived, and the traces linked with it.',
  input,
  answer: ShowAnswer,
  ask: async (store, { traceId, details }) =>
    showAnswer(await readShow(store, traceIdOf(traceId), expected), details),
  head: headline,
  lines: {
    tree: ({ depth, name, service, kind, startMs, durationMs, error, hops, links }) => {
      const failed = error === undefined ? '' : ` error: ${printable(error)}`;
      const linked = links === undefined ? '' : ` ↗ ${links.map(({ traceId }) => traceId).join(' ')}`;
      const time = `+${startMs.toFixed(1)} ${durationMs.toFixed(1)} ms`;
      const indent = ' '.repeat(Math.min(depth, 40));
      return `${indent}${printable(name)} (${printable(service)}, ${kind}) ${time}${(hops ?? []).map((hop) => ` ${hop}`).join('')}${failed}${linked}`;
    },
    linked: (facts) => `linked from here: ${headline(facts)}`,
    linking: (facts) => `links here: ${headline(facts)}`,
  },
});
