// slow_path: where the time of a trace went.
import { readSlow, SlowAnswer, slowAnswer } from '@trace-mesh/trace-doctor/answers/slow';
import { ms } from '@trace-mesh/trace-doctor/selector';
import type { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { headline, label } from '../text.ts';

const input = { traceId: TraceId };

/** The tool slow_path. */
export const slowPath: Question<typeof input, z.infer<typeof SlowAnswer>> = {
  name: 'slow_path',
  title: 'The slow path of a trace',
  description:
    "The critical path with each span's own time, and children that ran in sequence, a hint only: they may depend on each other.",
  input,
  answer: SlowAnswer,
  ask: async (store, { traceId }) => slowAnswer(await readSlow(store, traceIdOf(traceId))),
  head: (facts) => `${headline(facts)}\nthe critical path, in the order of time, then sequential children`,
  lines: {
    criticalPath: ({ share, selfUs, waitUs, ...span }) => {
      const wait = waitUs > 0 ? ` after ${ms(waitUs)} of waiting` : '';
      return `${(share * 100).toFixed(1)} % ${ms(selfUs)}${wait} ${label(span)}`;
    },
    sequential: ({ parent, spans, sumUs, savingUs }) =>
      `below ${label(parent)}: ${spans.map(label).join(', ')}; ${ms(sumUs)} together, up to ${ms(savingUs)} less if concurrent`,
  },
};
