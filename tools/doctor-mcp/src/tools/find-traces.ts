// find_traces: the newest traces, by service, name, errors, health, duration or attributes.

import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import { FindAnswer, MAX_FOUND, position, readFound } from '@trace-mesh/trace-doctor/answers/find';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { z } from 'zod';
import type { Question } from '../question.ts';
import { count } from '../text.ts';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };
const toMs = (text: string) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0);

const input = {
  since: z
    .string()
    .regex(/^\d{1,5}[smh]$/, 'expected a time such as 30s, 10m or 2h')
    .default('15m')
    .describe('How long ago a trace may have started: 30s, 10m, 2h'),
  service: z.string().max(200).optional().describe('Has a span of this service'),
  name: z.string().max(200).optional().describe('Has a span whose name contains this text'),
  only: z
    .enum(['errors', 'broken'])
    .optional()
    .describe('errors: has a span with an error; broken: not healthy (slower: each trace is checked)'),
  minDurationMs: z.number().min(0).optional(),
  attributes: z
    .record(z.string(), z.string())
    .optional()
    .describe('One span has all of these, such as {"mesh.tenant.id": "acme"}'),
};

/** The tool find_traces. */
export const findTraces = (expected: Expected): Question<typeof input, z.infer<typeof FindAnswer>> => ({
  name: 'find_traces',
  title: 'Find traces',
  description: `Lists the newest traces, up to ${MAX_FOUND} of each service, without the calls to this server.`,
  input,
  answer: FindAnswer,
  ask: (store, { since, ...search }, after) =>
    readFound(store, { ...search, sinceMs: toMs(since), after }, expected),
  head: ({ limited, unjudged }) =>
    [
      'traces, the newest first',
      limited ? `(only the newest ${MAX_FOUND} of each service were read: narrow the search)` : '',
      unjudged > 0
        ? `(${count(unjudged, 'trace')} of the last seconds may still grow and were not checked)`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
  lines: {
    traces: ({ traceId, root, services, spans, durationMs, startedAt, errors, problem }) => {
      const size = `${count(spans, 'span')} in ${services.map(printable).join(', ')}`;
      const failed = errors > 0 ? `, ${count(errors, 'error')}` : '';
      const why = problem === undefined ? '' : `: ${printable(problem)}`;
      return `${startedAt} ${traceId} ${printable(root)}, ${size}, ${durationMs.toFixed(1)} ms${failed}${why}`;
    },
  },
  placeAfter: ({ traces }, index) => position(traces[index] ?? { startedAt: '', traceId: '' }),
});
