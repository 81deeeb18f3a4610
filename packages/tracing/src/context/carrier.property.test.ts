import { type Context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  anyContext,
  anyJson,
  anyText,
  flags,
  mangled,
  spanIds,
  stateMembers,
  traceIds,
  traceparents,
} from '../arbitraries.fixture.ts';
import { linkedRoot, storedTraceId } from '../spans/links.ts';
import { startTestTracing } from '../testing.ts';
import { MAX_BAGGAGE_BYTES } from './baggage.ts';
import { DEFAULT_BAGGAGE_ALLOW_LIST } from './baggage-allow-list.ts';
import { type Carrier, extractContext, extractFromOutside, injectContext } from './carrier.ts';
import { describeTraceContext, restoreTraceContext, restoreTraceLink } from './debug.ts';
import { getMcpContext } from './mcp-context.ts';
import { MAX_MCP_ID_LENGTH } from './mcp-propagator.ts';
import { MAX_TRACE_STATE_LENGTH } from './trace-state.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

/** The limit of each field, in characters. */
const LIMITS: Record<string, number> = {
  traceparent: 55,
  tracestate: MAX_TRACE_STATE_LENGTH,
  baggage: MAX_BAGGAGE_BYTES,
  'x-mcp-tenant-id': MAX_MCP_ID_LENGTH,
  'x-mcp-user-id': MAX_MCP_ID_LENGTH,
  'x-mcp-session-id': MAX_MCP_ID_LENGTH,
  'x-mcp-cost-limit': 16,
};
const spanOf = (ctx: Context) => trace.getSpanContext(ctx);
const anyCarrier = fc.dictionary(
  fc.constantFrom(...Object.keys(LIMITS), 'x-b3-sampled', 'authorization'),
  fc.oneof(anyText, mangled(traceparents), traceparents, anyJson),
);

describe('any context', () => {
  it('is written in known fields, within their limits, as valid header values', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        for (const [name, value] of Object.entries(injectContext(ctx))) {
          expect(value).toMatch(/^[\x20-\x7e]*[\x21-\x7e]$/);
          expect(value.length).toBeLessThanOrEqual(LIMITS[name] ?? -1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the same on the second hop as on the first', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        const first = injectContext(ctx);
        expect(injectContext(extractContext(first))).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('from outside has no tenant, no tracestate member of the mesh, and only listed baggage', () => {
    fc.assert(
      fc.property(fc.oneof(anyContext.map(injectContext), anyCarrier), (carrier) => {
        const ctx = extractFromOutside(carrier);
        expect(getMcpContext(ctx)).toBeUndefined();
        const keys =
          propagation
            .getBaggage(ctx)
            ?.getAllEntries()
            .map(([key]) => key) ?? [];
        expect(keys.filter((key) => !DEFAULT_BAGGAGE_ALLOW_LIST.includes(key))).toEqual([]);
        const { traceparent } = injectContext(extractContext(carrier));
        const { baggage: _, ...kept } = injectContext(ctx);
        expect(kept.tracestate ?? '').not.toMatch(/(^|,)mcp=/);
        if (traceparent === undefined) expect(kept).toEqual({});
        else expect(kept.traceparent).toBe(traceparent);
        expect(Object.keys(kept).sort()).toEqual([
          ...(traceparent ? ['traceparent'] : []),
          ...(kept.tracestate === undefined ? [] : ['tracestate']),
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('anything in place of a carrier', () => {
  it('is read without an error; only its text values are used', () => {
    fc.assert(
      fc.property(fc.oneof(anyCarrier, anyJson, fc.anything()), (given) => {
        const ctx = extractContext(given);
        const texts = Object.entries(Object(given)).filter(([, value]) => typeof value === 'string');
        const isMap = typeof given === 'object' && given !== null;
        expect(injectContext(ctx)).toEqual(
          injectContext(extractContext(isMap ? Object.fromEntries(texts) : {})),
        );
        expect(storedTraceId(given)).toBe(spanOf(ctx)?.traceId);
      }),
      { numRuns: 500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('any stored span', () => {
  const stored = fc.record({
    traceId: fc.oneof(traceIds, anyText),
    spanId: fc.oneof(spanIds, anyText),
    traceFlags: fc.oneof(flags, anyText),
    traceState: fc.oneof(
      stateMembers.map((pair) => pair.join('=')),
      anyText,
    ),
  });

  it('with valid ids is restored whole, and linked to', () => {
    fc.assert(
      fc.property(traceIds, spanIds, flags, stateMembers, (traceId, spanId, traceFlags, [key, value]) => {
        const traceState = `${key}=${value}`;
        const span = spanOf(restoreTraceContext({ traceId, spanId, traceFlags, traceState }));
        expect(span).toMatchObject({ traceId, spanId, traceFlags: Number(traceFlags), isRemote: true });
        expect(span?.traceState?.get(key)).toBe(value);
        expect(restoreTraceLink({ traceId, spanId })).toMatchObject([
          { context: { traceId, spanId, traceFlags: 1 } },
        ]);
      }),
    );
  });

  it('with invalid ids gives a root context and no link', () => {
    fc.assert(
      fc.property(stored, (span) => {
        const ctx = restoreTraceContext(span);
        const links = restoreTraceLink(span);
        expect(links).toHaveLength(spanOf(ctx) ? 1 : 0);
        if (spanOf(ctx)) expect(spanOf(ctx)).toMatchObject({ traceId: span.traceId, spanId: span.spanId });
        else expect(ctx).toBe(ROOT_CONTEXT);
      }),
    );
  });
});

describe('a description of any context', () => {
  it('shows the headers of the next hop, and the names of baggage without values', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        const { baggageKeys, traceparent, tracestate } = describeTraceContext(ctx);
        const next: Carrier = injectContext(ctx);
        expect({ traceparent, tracestate }).toEqual({
          traceparent: next.traceparent,
          tracestate: next.tracestate,
        });
        expect(baggageKeys).toEqual(
          propagation
            .getBaggage(ctx)
            ?.getAllEntries()
            .map(([key]) => key),
        );
      }),
    );
  });
});

describe('a root that links to any context', () => {
  it('keeps the MCP context, drops trace and baggage, and links only to a valid span', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        const { parent, links, attributes } = linkedRoot(extractContext(injectContext(ctx)));
        const { traceparent, tracestate: _, baggage, ...mcp } = injectContext(ctx);
        expect(injectContext(parent)).toEqual(mcp);
        expect(links.map(({ context }) => context.traceId)).toEqual(
          traceparent ? [traceparent.slice(3, 35)] : [],
        );
        expect(Object.keys(attributes)).toHaveLength(traceparent ? 1 : 0);
        expect(baggage === undefined || propagation.getBaggage(parent) === undefined).toBe(true);
      }),
    );
  });
});
