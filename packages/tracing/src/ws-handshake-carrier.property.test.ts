import type { IncomingMessage } from 'node:http';
import { propagation, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyContext, anyText, mangled, tokens, traceparents } from './arbitraries.fixture.ts';
import { injectContext } from './carrier.ts';
import { growthOf, MAX_GROWTH } from './growth.fixture.ts';
import { getMcpContext } from './mcp-context.ts';
import { startTestTracing } from './testing.ts';
import { agentIdOf, contextProtocols, MAX_PROTOCOLS_LENGTH, readHandshake } from './ws-handshake-carrier.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const handshake = (headers: Record<string, unknown>) =>
  readHandshake({ headers } as unknown as IncomingMessage);
const offering = (...protocols: string[]) => handshake({ 'sec-websocket-protocol': protocols.join(', ') });
const injected = anyContext.map(injectContext);

describe('any context as subprotocols', () => {
  it('is a list of different tokens that its reader takes, whatever real ones stand before', () => {
    fc.assert(
      fc.property(injected, anyText, (carrier, agent) => {
        const protocols = contextProtocols(carrier, agent);
        for (const protocol of protocols) expect(protocol).toMatch(TOKEN);
        expect(new Set(protocols).size).toBe(protocols.length);
        const list = ['mesh.v1.json', 'mesh.v1.mcpw', ...protocols].join(', ');
        expect(list.length).toBeLessThanOrEqual(MAX_PROTOCOLS_LENGTH);
      }),
    );
  });

  it('brings trace, tracestate and agent whole; the MCP context never leaves', () => {
    fc.assert(
      fc.property(injected, fc.oneof(tokens, anyText), (carrier, agent) => {
        const { parent, agentId } = offering('mesh.v1.json', ...contextProtocols(carrier, agent));
        const { traceparent, tracestate } = carrier;
        const { 'x-mcp-cost-limit': _, ...there } = parent ? injectContext(parent) : {};
        expect(there).toEqual(traceparent ? { traceparent, ...(tracestate && { tracestate }) } : {});
        expect(agentId).toBe(TOKEN.test(agent) ? agent : undefined);
        expect(parent && getMcpContext(parent)).toBeUndefined();
      }),
    );
  });
});

describe('any handshake', () => {
  const offers = fc.array(
    fc.oneof(anyText, mangled(injected.map((carrier) => contextProtocols(carrier, 'ada').join(', ')))),
    { maxLength: 4 },
  );

  it('is read without an error, its headers first', () => {
    const headers = fc.record(
      {
        'sec-websocket-protocol': offers.map((all) => all.join(',')),
        traceparent: fc.oneof(traceparents, anyText),
        'x-agent-id': fc.oneof(tokens, anyText),
        'x-mcp-tenant-id': anyText,
        baggage: anyText,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(headers, (given) => {
        const { parent, agentId } = handshake(given);
        const byHeader = handshake({ traceparent: given.traceparent }).parent;
        if (byHeader) expect(parent && trace.getSpanContext(parent)).toEqual(trace.getSpanContext(byHeader));
        if (agentId !== undefined) expect(agentIdOf(agentId)).toBe(agentId);
        expect(parent && getMcpContext(parent)).toBeUndefined();
        expect(parent && propagation.getBaggage(parent)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('beyond its limit is not read', () => {
    fc.assert(
      fc.property(traceparents, fc.integer({ min: -3, max: 3 }), (traceparent, around) => {
        const offer = `traceparent.${traceparent}, `;
        const list = offer + 'x'.repeat(MAX_PROTOCOLS_LENGTH - offer.length + around);
        expect(offering(list).parent !== undefined).toBe(around <= 0);
      }),
    );
  });

  it.each([',', ' ', 'a', '-', '.', 'a.', 'baggage.a ', 'traceparent.x,'])(
    'takes time in proportion to its length: %j',
    (piece) => {
      expect(growthOf(agentIdOf, (n) => piece.repeat(n))).toBeLessThan(MAX_GROWTH);
      const shape = (n: number) => `${piece.repeat(Math.floor(n / 32 / piece.length))} !`;
      expect(growthOf((list) => Array.from({ length: 20 }, () => offering(list)), shape)).toBeLessThan(
        MAX_GROWTH,
      );
    },
  );
});
