import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyJson,
  anyText,
  mangled,
  mcpIds,
  spanIds,
  stateMembers,
  traceIds,
} from '../arbitraries.fixture.ts';
import { getMcpContext, type McpContext, trustClaimedMcpContext, withMcpContext } from './mcp-context.ts';
import { formatUsd, MAX_MCP_ID_LENGTH, McpPropagator, parseUsd } from './mcp-propagator.ts';
import { EMPTY_TRACE_STATE, parseTraceState } from './trace-state.ts';

const propagator = new McpPropagator();
const HEADERS = { tenantId: 'x-mcp-tenant-id', userId: 'x-mcp-user-id', sessionId: 'x-mcp-session-id' };
const LIMIT = 'x-mcp-cost-limit';
/** The largest amount of nine digits of dollars and six of fractions. */
const MAX_MICRO_USD = 999_999_999_999_999;
// Without negative zero, which is the same amount but another value.
const doubles = fc.double().map((n) => n + 0);
const amounts = fc.oneof(
  fc.nat(),
  fc.maxSafeNat().filter((n) => n <= MAX_MICRO_USD),
);

function written(mcp: McpContext, ctx = ROOT_CONTEXT): Record<string, string> {
  const carrier = {};
  propagator.inject(withMcpContext(ctx, mcp), carrier, defaultTextMapSetter);
  return carrier;
}
const claim = (carrier: unknown, ctx = ROOT_CONTEXT) =>
  getMcpContext(trustClaimedMcpContext(propagator.extract(ctx, carrier, defaultTextMapGetter)));
const isId = (text: unknown) =>
  typeof text === 'string' && text.length <= MAX_MCP_ID_LENGTH && /^[\x21-\x7e]+$/.test(text);
const isAmount = (n: number) => Number.isInteger(n) && n >= 0 && n <= MAX_MICRO_USD;

describe('any amount of money', () => {
  it('comes back exactly, in its shortest form', () => {
    fc.assert(
      fc.property(amounts, (microUsd) => {
        const text = formatUsd(microUsd);
        expect(text).toMatch(/^(0|[1-9]\d{0,8})(\.\d{0,5}[1-9])?$/);
        expect(parseUsd(text)).toBe(microUsd);
        expect(formatUsd(parseUsd(text))).toBe(text);
      }),
    );
  });

  it('keeps its order', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(Math.sign(parseUsd(formatUsd(a)) - parseUsd(formatUsd(b)))).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('any MCP context', () => {
  const anyMcp = fc.record(
    {
      tenantId: fc.oneof(mcpIds, anyText),
      userId: fc.oneof(mcpIds, anyText),
      sessionId: fc.oneof(mcpIds, anyText),
      costLimitMicroUsd: fc.oneof(amounts, doubles, fc.integer()),
    },
    { requiredKeys: [] },
  );

  it('is claimed at the receiver as it was verified at the sender, without values that no header can hold', () => {
    fc.assert(
      fc.property(anyMcp, (mcp) => {
        const carrier = written(mcp);
        const { costLimitMicroUsd, ...ids } = mcp;
        const kept = Object.entries(ids).filter(([, id]) => isId(id));
        const expected: McpContext = Object.fromEntries(kept);
        if (costLimitMicroUsd !== undefined && isAmount(costLimitMicroUsd))
          expected.costLimitMicroUsd = costLimitMicroUsd;
        expect(claim(carrier) ?? {}).toEqual(expected);
        expect(Object.keys(carrier)).toHaveLength(Object.keys(expected).length);
      }),
      { numRuns: 300 },
    );
  });

  it('is claimed from valid headers only', () => {
    const header = fc.oneof(mcpIds, anyText, mangled(amounts.map(formatUsd)));
    const names = fc.constantFrom(...Object.values(HEADERS), LIMIT);
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(header, fc.array(header))), (carrier) => {
        const claimed = claim(carrier) ?? {};
        for (const [field, name] of Object.entries(HEADERS)) {
          const [given] = [carrier[name]].flat();
          expect(claimed[field as keyof McpContext]).toBe(isId(given) ? given : undefined);
        }
        if (claimed.costLimitMicroUsd !== undefined) expect(isAmount(claimed.costLimitMicroUsd)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('puts its cost in front of the tracestate and changes no other member', () => {
    const members = fc.uniqueArray(stateMembers, { selector: ([key]) => key, maxLength: 3 });
    fc.assert(
      fc.property(traceIds, spanIds, members, fc.oneof(amounts, doubles), (traceId, spanId, others, cost) => {
        const traceState = others.reduceRight(
          (list, [key, value]) => list.set(key, value),
          EMPTY_TRACE_STATE,
        );
        const ctx = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, traceState });
        const { tracestate } = written({ costUsedMicroUsd: cost }, ctx);
        if (!isAmount(cost)) return void expect(tracestate).toBeUndefined();
        const list = parseTraceState(tracestate ?? '');
        expect(tracestate?.startsWith(`mcp=cost:${formatUsd(cost)}`)).toBe(true);
        for (const [key, value] of others.slice(0, 1))
          if (value.length < 120) expect(list?.get(key)).toBe(value);
        expect(
          claim(
            {},
            trace.setSpanContext(ROOT_CONTEXT, {
              traceId,
              spanId,
              traceFlags: 1,
              ...(list && { traceState: list }),
            }),
          ),
        ).toEqual({ costUsedMicroUsd: cost });
      }),
    );
  });

  it('is absent without its headers', () => {
    fc.assert(fc.property(anyJson, (json) => void expect(claim(Object(json))).toBeUndefined()));
  });
});
