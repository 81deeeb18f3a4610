import type { IncomingMessage } from 'node:http';
import { propagation, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyContext, anyText, mangled, tokens, traceparents } from '../arbitraries.fixture.ts';
import { extractFromOutside, injectContext } from '../context/carrier.ts';
import { getMcpContext } from '../context/mcp-context.ts';
import { parseTraceState } from '../context/trace-state.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { startTestTracing } from '../testing.ts';
import {
  agentIdOf,
  contextProtocols,
  type Handshake,
  MAX_PROTOCOLS_LENGTH,
  readHandshake,
} from './handshake-carrier.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const handshake = (headers: Record<string, unknown>) =>
  readHandshake({ headers } as unknown as IncomingMessage);
const offering = (...protocols: string[]) => handshake({ 'sec-websocket-protocol': protocols.join(', ') });
const injected = anyContext.map(injectContext);
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const jwts = fc.oneof(
  fc.stringMatching(/^[\w-]{1,9}\.[\w-]{1,400}\.[\w-]{1,86}$/),
  fc.constantFrom('', 'a b', 'a,b', 'ä'),
);
/** The handshake with its context, as from an unverified client. */
const read = (given: Handshake) => ({ ...given, parent: given.carrier && extractFromOutside(given.carrier) });

describe('any context as subprotocols', () => {
  it('is a list of different tokens within the reader’s limit', () => {
    fc.assert(
      fc.property(injected, anyText, jwts, (carrier, agent, token) => {
        const protocols = contextProtocols(carrier, { agentId: agent, token });
        for (const protocol of protocols) expect(protocol).toMatch(TOKEN);
        expect(new Set(protocols).size).toBe(protocols.length);
        const list = ['mesh.v1.json', 'mesh.v1.mcpw', ...protocols].join(', ');
        expect(list.length).toBeLessThanOrEqual(MAX_PROTOCOLS_LENGTH);
      }),
    );
  });

  it('carries trace, tracestate and agent whole, and no MCP context', () => {
    fc.assert(
      fc.property(injected, fc.oneof(tokens, anyText), jwts, (carrier, agent, token) => {
        const { parent, agentId, authorization } = read(
          offering('mesh.v1.json', ...contextProtocols(carrier, { agentId: agent, token })),
        );
        const { traceparent } = carrier;
        const tracestate = parseTraceState(carrier.tracestate ?? '')
          ?.unset('mcp')
          .serialize();
        const { 'x-mcp-cost-limit': _, ...there } = parent ? injectContext(parent) : {};
        expect(there).toEqual(traceparent ? { traceparent, ...(tracestate && { tracestate }) } : {});
        expect(agentId).toBe(TOKEN.test(agent) ? agent : undefined);
        expect(authorization).toBe(JWT.test(token) ? `Bearer ${token}` : undefined);
        expect(parent && getMcpContext(parent)).toBeUndefined();
      }),
    );
  });
});

describe('any handshake', () => {
  const offers = fc.array(
    fc.oneof(
      anyText,
      mangled(
        injected.map((carrier) => contextProtocols(carrier, { agentId: 'ada', token: 'a.b.c' }).join(', ')),
      ),
    ),
    { maxLength: 4 },
  );

  it('is read without an error, headers first', () => {
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
        const { parent, agentId } = read(handshake(given));
        const byHeader = read(handshake({ traceparent: given.traceparent })).parent;
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
        expect(offering(list).carrier !== undefined).toBe(around <= 0);
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
