// check_trace: the verdict.
import { CheckAnswer, checkAnswer, readCheck } from '@trace-mesh/trace-doctor/answers/check';
import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { count, headline } from '../text.ts';

/** The name of a scenario as an argument of a tool. */
export const Scenario = z
  .string()
  .max(100)
  .optional()
  .describe('Whose hops are expected; by default that of the scenario that fired the trace');

const input = {
  traceId: TraceId,
  scenario: Scenario,
  hops: z.enum(['broken', 'all']).default('broken').describe('Which expected hops to list'),
};

const Answer = CheckAnswer.extend({ expectedHops: z.int(), brokenHops: z.int() });

/** The tool check_trace. */
export const checkTrace = (expected: Expected): Question<typeof input, z.infer<typeof Answer>> => ({
  name: 'check_trace',
  title: 'Check a trace',
  description:
    'Whether a trace is healthy: its expected hops, root and parents, links, span kinds, clocks and conventions; with causes if it is not.',
  input,
  answer: Answer,
  async ask(store, { traceId, scenario, hops: wanted }) {
    const { hops, ...answer } = checkAnswer(await readCheck(store, traceIdOf(traceId), expected, scenario));
    const broken = hops.filter((hop) => !hop.ok);
    const shown = wanted === 'all' ? hops : broken;
    return { ...answer, hops: shown, expectedHops: hops.length, brokenHops: broken.length };
  },
  head: ({ ok, scenario, expectedHops, brokenHops, ...facts }) => {
    const hops =
      expectedHops === 0
        ? 'not fired by a scenario, so no hop was expected'
        : `${expectedHops - brokenHops} of ${count(expectedHops, 'expected hop')} of ${scenario} hold`;
    return `${headline(facts)}\n${ok ? 'healthy' : 'broken'}: ${hops}`;
  },
  lines: {
    diagnoses: ({ cause, text }) => `cause ${cause}: ${printable(text)}`,
    hops: ({ ok, row, transport, from, to, why, unproven }) => {
      const reason = why ?? unproven;
      return `${ok ? (unproven ? '?' : '✓') : '✗'} row ${row} ${transport} ${from} → ${to}${reason ? `: ${printable(reason)}` : ''}`;
    },
    problems: ({ in: where, text }) => `✗ ${where}: ${printable(text)}`,
    skews: ({ text }) => `clock: ${printable(text)}`,
    notes: (note) => `note: ${printable(note)}`,
  },
});
