// One suite for every transport: the context crosses, and a malformed context breaks nothing.
import { randomBytes } from 'node:crypto';
import { DEFAULT_BAGGAGE_ALLOW_LIST } from '@trace-mesh/tracing/baggage-allow-list';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Driver, drive } from './driver.ts';
import type { Transport } from './transport.ts';
import { transports } from './transports.ts';

const CONCURRENT_FLOWS = 100;
const [ALLOWED = ''] = DEFAULT_BAGGAGE_ALLOW_LIST;
const MCP = {
  'x-mcp-tenant-id': 'acme',
  'x-mcp-user-id': 'ada',
  'x-mcp-session-id': 's-1',
  'x-mcp-cost-limit': '2.5',
};

const newTraceId = () => randomBytes(16).toString('hex');
const newSpanId = () => randomBytes(8).toString('hex');
const traceparent = (flags = '01', traceId = newTraceId()) => `00-${traceId}-${newSpanId()}-${flags}`;
const traceIdOf = (header = '') => header.split('-')[1] ?? '';
const flagsOf = (header = '') => header.split('-')[3] ?? '';

/** The tracestate of a new trace that is sampled with its link: the linked trace's randomness, so that samplers decide both alike. */
const randomnessOf = (linkedTraceId: string) => ({ tracestate: `ot=rv:${linkedTraceId.slice(-14)}` });

/** Each with one malformed field, so that it cannot hide another. */
const MALFORMED: [string, Record<string, string>][] = [
  ['of the forbidden version', { traceparent: `ff-${newTraceId()}-${newSpanId()}-01` }],
  ['with a trace id of zeros', { traceparent: traceparent('01', '0'.repeat(32)) }],
  ['that is no hex', { traceparent: traceparent('01', 'z'.repeat(32)) }],
  ['that is cut short', { traceparent: traceparent().slice(0, -5) }],
  [
    'that is text',
    { traceparent: 'not a context', tracestate: '=,=', baggage: ';=,', 'x-mcp-tenant-id': 'a b' },
  ],
];

let driver: Driver;
beforeAll(async () => {
  driver = await drive(inject('infra'));
});
afterAll(() => driver?.[Symbol.asyncDispose]());

describe.each(transports)('over $name', (transport: Transport) => {
  const cross = (carrier: Record<string, string>, wire?: Record<string, string>) =>
    driver.cross(transport.name, carrier, wire);
  const continues = transport.relation !== 'link';
  const isTrusted = transport.carriesMcp !== false;
  const baggageThere = (known: string, unknown = '') =>
    ({ whole: known + unknown, 'allow-list': known, none: undefined })[transport.baggage ?? 'whole'];

  it('the work is a descendant of the span that sent it, hop by hop', async () => {
    const given = traceparent();
    const { near, far } = await cross({ traceparent: given });
    let id = far.spanId;
    for (const [index, label] of transport.path.entries()) {
      const span = await driver.spans.find(id);
      expect(span.label).toBe(label);
      id = index === 0 && !continues ? (span.links[0]?.spanId ?? '') : span.parentSpanId;
    }
    expect(id).toBe(near.spanId);
    expect(near.traceId).toBe(traceIdOf(given));
    if (continues) expect(far.traceId).toBe(near.traceId);
    else expect(far.traceId).not.toBe(near.traceId);
  });

  if (transport.links) {
    it('the work links to the other spans that carried it', async () => {
      const { far } = await cross({ traceparent: traceparent() });
      const { links } = await driver.spans.find(far.spanId);
      const linked = await Promise.all(links.map(({ spanId }) => driver.spans.find(spanId)));
      expect(linked.map(({ label }) => label)).toEqual(transport.links);
    });
  }

  it.each(['00', '01', '02', '03'])('the trace flags arrive unchanged: %s', async (flags) => {
    const { far } = await cross({ traceparent: traceparent(flags) });
    // A new trace has a random id; only the sampling decision follows.
    const expected = continues ? flags : ({ '00': '02', '01': '03' }[flags] ?? flags);
    expect(flagsOf(far.carrier.traceparent)).toBe(expected);
  });

  it('the tracestate arrives unchanged, on the link if the far side begins a new trace with its randomness', async () => {
    const tracestate = 'vendor@a=1,other= 2';
    const { near, far } = await cross({ traceparent: traceparent(), tracestate });
    expect(far.carrier).toMatchObject(continues ? { tracestate } : randomnessOf(near.traceId));
    if (!continues) expect((await driver.spans.find(far.spanId)).links[0]?.traceState).toBe(tracestate);
  });

  it(`baggage that arrives: ${transport.baggage ?? 'all, with properties'}`, async () => {
    const { far } = await cross({
      traceparent: traceparent(),
      baggage: `${ALLOWED}=caf%C3%A9;ttl=5,other=1`,
    });
    expect(far.carrier.baggage).toBe(baggageThere(`${ALLOWED}=caf%C3%A9;ttl=5`, ',other=1'));
  });

  it(`the MCP context ${isTrusted ? 'arrives complete' : 'is dropped'}`, async () => {
    const { far } = await cross({ traceparent: traceparent(), ...MCP });
    const arrived = Object.entries(far.carrier).filter(([key]) => key.startsWith('x-mcp-'));
    expect(Object.fromEntries(arrived)).toEqual(isTrusted ? MCP : {});
  });

  if (!transport.inProcess) brokenOnTheWire();

  it('a hundred concurrent flows keep their own contexts', async () => {
    const flow = async (n: number) => {
      const isSampled = n % 2 === 1;
      const carrier = {
        traceparent: traceparent(isSampled ? '01' : '00'),
        tracestate: `n=${n}`,
        baggage: `${ALLOWED}=${n}`,
        'x-mcp-tenant-id': `tenant-${n}`,
      };
      const { near, far } = await cross(carrier);
      expect(near.traceId).toBe(traceIdOf(carrier.traceparent));
      if (continues) expect(far.traceId).toBe(near.traceId);
      const { traceparent: _, ...rest } = far.carrier;
      expect(rest).toEqual({
        ...(continues ? { tracestate: `n=${n}` } : isSampled && randomnessOf(near.traceId)),
        ...(transport.baggage !== 'none' && { baggage: `${ALLOWED}=${n}` }),
        ...(isTrusted && { 'x-mcp-tenant-id': `tenant-${n}` }),
      });
      return far.spanId;
    };
    const spans = await Promise.all(Array.from({ length: CONCURRENT_FLOWS }, (_, n) => flow(n)));
    expect(new Set(spans).size).toBe(CONCURRENT_FLOWS);
  });

  function brokenOnTheWire(): void {
    const malformed = transport.versionless ? MALFORMED.slice(1) : MALFORMED;
    it.each(malformed)('a context %s begins a new trace and the work succeeds', async (_what, wire) => {
      const { near, far } = await cross({ traceparent: traceparent() }, wire);
      expect([near.traceId, traceIdOf(wire.traceparent)]).not.toContain(far.traceId || 'none');
      await expectRoot(far.spanId);
      expect(far.carrier).toEqual(transport.path.length > 0 ? { traceparent: far.carrier.traceparent } : {});
    });

    it('without a context a new trace begins and the work succeeds', async () => {
      const { near, far } = await cross({ traceparent: traceparent(), ...MCP, baggage: 'a=1' }, {});
      expect(far.traceId).not.toBe(near.traceId);
      await expectRoot(far.spanId);
      expect(Object.keys(far.carrier).filter((key) => key !== 'traceparent')).toEqual([]);
    });

    /** The far side has its own span. */
    async function expectRoot(spanId: string): Promise<void> {
      if (transport.path.length === 0) return expect(spanId).toBe('');
      let root = await driver.spans.find(spanId);
      if (transport.fallback) {
        root = await driver.spans.find(root.parentSpanId);
        expect(root.label).toBe(transport.fallback);
      }
      expect(root.parentSpanId).toBe('');
    }
  }
});
