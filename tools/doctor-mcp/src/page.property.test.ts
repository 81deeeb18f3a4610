// Pages of any trace: none is larger than the caller allows, and together they give the whole answer.

import { expected } from '@trace-mesh/scenarios/expected';
import { checkAnswer } from '@trace-mesh/trace-doctor/answers/check';
import { costAnswer } from '@trace-mesh/trace-doctor/answers/cost';
import { diffAnswer } from '@trace-mesh/trace-doctor/answers/diff';
import { errorsAnswer } from '@trace-mesh/trace-doctor/answers/errors';
import { explainAnswer } from '@trace-mesh/trace-doctor/answers/explain';
import { showAnswer } from '@trace-mesh/trace-doctor/answers/show';
import { slowAnswer } from '@trace-mesh/trace-doctor/answers/slow';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { costOf as sumCost } from '@trace-mesh/trace-doctor/cost';
import { criticalPath } from '@trace-mesh/trace-doctor/critical-path';
import { diffTraces as compare } from '@trace-mesh/trace-doctor/diff';
import { errorsOf } from '@trace-mesh/trace-doctor/errors';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { sequentialChildren } from '@trace-mesh/trace-doctor/sequential';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { type Page, pageOf } from './page.ts';
import { MIN_BYTES, type Question } from './question.ts';
import { sizeOf } from './shorten.ts';
import { checkTrace } from './tools/check-trace.ts';
import { costOf } from './tools/cost-of.ts';
import { diffTraces } from './tools/diff-traces.ts';
import { explainMissingHop } from './tools/explain-missing-hop.ts';
import { firstError } from './tools/first-error.ts';
import { showTrace } from './tools/show-trace.ts';
import { slowPath } from './tools/slow-path.ts';

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', minLength: 200, maxLength: 3_000 }),
  fc.constantFrom('\u0000'.repeat(2_000), '語'.repeat(1_000), '"\\'.repeat(500)),
);
const ids = fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8').map((digit) => digit.repeat(16));
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 30 }), fc.jsonValue());
const attributes = fc.dictionary(text, value, { maxKeys: 30 });
const traceId = (n: number) => String(n).repeat(32);
const span = fc.record({
  traceId: fc.constant(traceId(1)),
  spanId: ids,
  parentSpanId: fc.option(ids, { nil: undefined }),
  links: fc.array(fc.record({ traceId: fc.constantFrom(traceId(1), traceId(2)), spanId: ids }), {
    maxLength: 20,
  }),
  name: text,
  kind: fc.constantFrom('client', 'server', 'producer', 'consumer', 'internal'),
  service: fc.oneof(fc.constantFrom('agent', 'edge-mcp', 'rest-api'), text),
  startUs: fc.nat(1_000_000),
  durationUs: fc.nat(1_000_000),
  attributes: fc.oneof(
    attributes,
    fc.constant({ 'gen_ai.usage.input_tokens': 1, 'gen_ai.request.model': 'm'.repeat(3_000) }),
  ),
  events: fc.array(fc.record({ name: text, timeUs: fc.nat(), attributes }), { maxLength: 10 }),
  status: fc.option(fc.record({ code: fc.constant('ERROR'), message: text }), { nil: undefined }),
});
const traces = fc
  .tuple(
    fc.array(span, { minLength: 1, maxLength: 25 }),
    fc.constantFrom('scenario create-task', 'scenario sqs', 'scenario http', 'mine'),
  )
  .map(([spans, root]) => {
    const fired = { ...spans[0], name: root, service: 'agent', parentSpanId: undefined };
    return { traceId: traceId(1), spans: [fired, ...spans.slice(1)] as Span[] } satisfies Trace;
  });

const registry = readRegistry();
const NONE = { linked: [], linking: [], others: [] };

/** Each tool with its answer on a trace. */
function answersOn(trace: Trace): [Question<z.ZodRawShape, never>, Record<string, unknown>][] {
  const edges = expected.edgesOf(trace);
  const examined = examine(trace, edges, NONE, registry);
  const check = { ...examined, related: NONE, scenario: expected.scenarioOf(trace)?.name };
  const other = { traceId: trace.traceId, spans: trace.spans.slice(0, 1) };
  const hops = examined.hops;
  const checked = { ...checkAnswer(check), expectedHops: hops.length, brokenHops: 0 };
  const diff = { before: trace, after: other, ok: false, ...compare(trace, other) };
  const errors = errorsOf([trace]);
  return [
    [checkTrace(expected), checked],
    [explainMissingHop(expected), explainAnswer(check, edges)],
    [showTrace(expected), showAnswer({ trace, linked: [other], linking: [], related: [], hops }, true)],
    [slowPath, slowAnswer({ trace, path: criticalPath(trace), runs: sequentialChildren(trace) })],
    [firstError, errorsAnswer({ trace, errors })],
    [costOf, costAnswer({ trace, linked: [other], ...sumCost([trace]) })],
    [diffTraces, diffAnswer(diff)],
  ] as never;
}

function pages({ head, lines }: Question<z.ZodRawShape, never>, data: object, maxBytes: number): Page[] {
  const found: Page[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const cursorAt = (index: number) => `01234567.${index}-100`;
    const page: Page = pageOf({ data: data as never, head, lines }, { from, maxBytes, cursorAt });
    found.push(page);
    const { nextCursor } = page.structuredContent;
    from = nextCursor === undefined ? undefined : Number(/\.(\d+)-/.exec(String(nextCursor))?.[1]);
  }
  return found;
}

it('no page is larger than allowed, each has the schema of its answer, and together they give all of it', () => {
  fc.assert(
    fc.property(traces, fc.constantFrom(MIN_BYTES - 200, 4_000, 50_000), (trace, maxBytes) => {
      for (const [question, data] of answersOn(trace)) {
        const all = pages(question, data, maxBytes);
        for (const page of all) {
          expect(sizeOf(page), question.name).toBeLessThanOrEqual(maxBytes);
          expect(page.structuredContent).toEqual(expect.objectContaining({ more: expect.any(Number) }));
          question.answer.parse(page.structuredContent);
        }
        for (const list of Object.keys(question.lines)) {
          const together = all.flatMap((page) => page.structuredContent[list] as unknown[]);
          const whole = data[list] as unknown[];
          expect(together, `${question.name} ${list}`).toHaveLength(whole.length);
          if (!all.some((page) => page.structuredContent.shortened)) expect(together).toEqual(whole);
        }
      }
    }),
    // Shrinking takes minutes.
    { numRuns: 30, endOnFailure: true },
  );
}, 60_000);
