import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, NO_TENANT } from './cost.ts';
import { makeSpan, makeTrace } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const chat = (spanId: string, input: number, microUsd: number | undefined, parts: Partial<Span> = {}) =>
  makeSpan(spanId, 'worker', {
    ...parts,
    attributes: {
      'gen_ai.request.model': 'nova',
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': 2 * input,
      ...(microUsd !== undefined && { 'mesh.cost.micro_usd': microUsd }),
      ...parts.attributes,
    },
  });
const acme = { 'mesh.tenant.id': 'acme' };

describe('the cost of a trace', () => {
  it('is the sum of its model calls, by tenant and by model, the most expensive first', () => {
    const big = chat('big', 100, 70, {
      attributes: { 'mesh.tenant.id': 'bolt', 'gen_ai.response.model': 'nova-2' },
    });
    const report = costOf([
      makeTrace(chat('one', 10, 5, { attributes: acme }), big, makeSpan('other', 'worker')),
    ]);
    expect(report.tenants).toEqual([
      { key: 'bolt', calls: 1, inputTokens: 100, outputTokens: 200, microUsd: 70, unpriced: 0 },
      { key: 'acme', calls: 1, inputTokens: 10, outputTokens: 20, microUsd: 5, unpriced: 0 },
    ]);
    expect(report.models.map(({ key }) => key)).toEqual(['nova-2', 'nova']);
    expect(report.total).toEqual({
      calls: 2,
      inputTokens: 110,
      outputTokens: 220,
      microUsd: 75,
      unpriced: 0,
    });
  });

  it('belongs to the tenant of the nearest span above', () => {
    const work = makeSpan('work', 'worker', { attributes: acme });
    const between = makeSpan('between', 'worker', { parentSpanId: 'work' });
    const { tenants } = costOf([makeTrace(work, between, chat('call', 1, 1, { parentSpanId: 'between' }))]);
    expect(tenants.map(({ key }) => key)).toEqual(['acme']);
  });

  it('has no tenant if no span above names one', () => {
    expect(costOf([makeTrace(chat('call', 1, 1))]).tenants[0]?.key).toBe(NO_TENANT);
  });

  it('counts the tokens of a call without a price, but no cost', () => {
    expect(costOf([makeTrace(chat('call', 3, undefined))]).total).toMatchObject({ microUsd: 0, unpriced: 1 });
  });

  it('has equal totals by tenant, by model and overall, in whole micro-USD', () => {
    const calls = fc.array(
      fc.record({
        tenant: fc.constantFrom('a', 'b', 'c'),
        model: fc.constantFrom('x', 'y'),
        microUsd: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(calls, (given) => {
        const spans = given.map(({ tenant, model, microUsd }, n) =>
          chat(`s${n}`, 1, microUsd, {
            attributes: { 'mesh.tenant.id': tenant, 'gen_ai.response.model': model },
          }),
        );
        const { tenants, models, total } = costOf([makeTrace(...spans)]);
        const sum = given.reduce((all, { microUsd }) => all + microUsd, 0);
        expect(total.microUsd).toBe(sum);
        for (const rows of [tenants, models])
          expect(rows.reduce((all, { microUsd }) => all + microUsd, 0)).toBe(sum);
      }),
    );
  });
});
