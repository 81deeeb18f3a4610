import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath } from './critical-path.ts';
import { linkTo, makeSpan, makeTrace } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const at = (
  spanId: string,
  startUs: number,
  durationUs: number,
  parentSpanId?: string,
  parts: Partial<Span> = {},
) => makeSpan(spanId, 'a', { startUs, durationUs, ...(parentSpanId && { parentSpanId }), ...parts });
const path = (...spans: Span[]) =>
  criticalPath(makeTrace(...spans)).map(({ span, selfUs, waitUs }) => [span.spanId, selfUs, waitUs]);

describe('the critical path', () => {
  it('goes through the child that ended last and omits concurrent ones', () => {
    expect(path(at('root', 0, 100), at('long', 10, 80, 'root'), at('short', 10, 30, 'root'))).toEqual([
      ['root', 20, 0],
      ['long', 80, 0],
    ]);
  });

  it('goes through all children that ran one after the other', () => {
    expect(path(at('root', 0, 100), at('one', 10, 30, 'root'), at('two', 50, 40, 'root'))).toEqual([
      ['root', 30, 0],
      ['one', 30, 0],
      ['two', 40, 0],
    ]);
  });

  it('continues after the root and separates time in a queue from work', () => {
    expect(path(at('root', 0, 10), at('late', 50, 20, 'root'))).toEqual([
      ['root', 10, 0],
      ['late', 20, 40],
    ]);
  });

  it('goes through a span that links to the span it ran in, such as an MCP call and its HTTP request', () => {
    const http = at('http', 10, 80, 'call');
    const tool = at('tool', 20, 60, 'call', { links: [linkTo(http)] });
    expect(path(at('call', 0, 100), http, tool)).toEqual([
      ['call', 20, 0],
      ['http', 20, 0],
      ['tool', 60, 0],
    ]);
  });

  it('never runs backwards because of a slow clock', () => {
    expect(path(at('root', 100, 50), at('early', 60, 60, 'root'))).toEqual([
      ['early', 20, 0],
      ['root', 30, 0],
    ]);
  });

  it('is empty without a root', () => {
    expect(path(at('orphan', 0, 10, 'gone'))).toEqual([]);
  });

  it('gives the share of each step', () => {
    const steps = criticalPath(makeTrace(at('root', 0, 100), at('child', 0, 75, 'root')));
    expect(steps.map(({ share }) => share)).toEqual([0.25, 0.75]);
  });
});

it('the steps of any tree add up to the time from its start to its last end', () => {
  const nodes = fc.array(
    fc.record({
      parent: fc.nat(20),
      startUs: fc.nat(1_000),
      durationUs: fc.nat(1_000),
      link: fc.option(fc.nat(20)),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(nodes, (given) => {
      const spans = given.map(({ parent, startUs, durationUs, link }, n) =>
        at(`s${n}`, n === 0 ? 0 : startUs, durationUs, n === 0 ? undefined : `s${parent % n}`, {
          links: link === null ? [] : [linkTo(makeSpan(`s${link}`, 'a'))],
        }),
      );
      const steps = criticalPath(makeTrace(...spans));
      const end = Math.max(...spans.map((span) => span.startUs + span.durationUs));
      const sum = steps.reduce((total, { selfUs, waitUs }) => total + selfUs + waitUs, 0);
      expect(sum).toBe(end);
      for (const { span, selfUs, waitUs } of steps) {
        expect(selfUs).toBeGreaterThanOrEqual(0);
        expect(waitUs).toBeGreaterThanOrEqual(0);
        expect(selfUs).toBeLessThanOrEqual(Math.max(span.durationUs, end));
      }
      expect(new Set(steps.map(({ span }) => span.spanId)).size).toBe(steps.length);
    }),
    { numRuns: 500 },
  );
});
