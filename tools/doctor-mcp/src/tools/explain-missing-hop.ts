// explain_missing_hop: the cause of each missing hop, the spans that show it, and what to do.
import { readCheck } from '@trace-mesh/trace-doctor/answers/check';
import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import { ExplainAnswer, explainAnswer } from '@trace-mesh/trace-doctor/answers/explain';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { count, headline } from '../text.ts';
import { Scenario } from './check-trace.ts';

const Service = z.string().max(200).optional();
const input = {
  traceId: TraceId,
  scenario: Scenario,
  row: z.int().optional().describe('Only hops of this row of the propagation matrix (docs/trace-flow.md)'),
  transport: z.string().max(200).optional().describe('Only hops over this, such as sqs'),
  from: Service.describe('Only hops that this service sends'),
  to: Service.describe('Only hops that this service receives'),
};

type Cause = z.infer<typeof ExplainAnswer>['causes'][number];
const causeLine = ({ cause, text, fix }: Cause) => `cause ${cause}: ${printable(text)}\n  fix: ${fix}`;

/** The tool explain_missing_hop. */
export const explainMissingHop = (
  expected: Expected,
): Question<typeof input, z.infer<typeof ExplainAnswer>> => ({
  name: 'explain_missing_hop',
  title: 'Explain a missing hop',
  description:
    'For each expected hop that a trace lacks: the cause, the spans that show it, and the fix. Without arguments but the trace, all of them.',
  input,
  answer: ExplainAnswer,
  async ask(store, { traceId, scenario, ...which }) {
    const check = await readCheck(store, traceIdOf(traceId), expected, scenario);
    return explainAnswer(check, expected.edgesOf(check.trace, scenario), which);
  },
  head: ({ ok, scenario, expectedHops, ...facts }) => {
    const of = scenario === undefined ? '' : ` of ${count(expectedHops, 'hop')} of ${scenario}`;
    return `${headline(facts)}\n${ok ? `no hop is missing${of}` : `missing${of}:`}`;
  },
  lines: {
    missing: ({ row, transport, from, to, why, causes }) =>
      [
        `✗ row ${row} ${transport} ${from} → ${to}: ${printable(why ?? '')}`,
        ...(causes.length > 0 ? causes.map(causeLine) : ['no cause found']).map((line) => `  ${line}`),
      ].join('\n'),
    causes: causeLine,
  },
});
