import type { IncomingMessage } from 'node:http';
import { trace } from '@opentelemetry/api';
import { afterAll, describe, expect, it } from 'vitest';
import { extractFromOutside } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { chooseProtocol } from './codec.ts';
import { jsonCodec } from './envelope.ts';

import { contextProtocols, MAX_PROTOCOLS_LENGTH, readHandshake } from './handshake-carrier.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
  tracestate: 'vendor=a b,other=c',
  baggage: 'user=jos%C3%A9,k=v',
};
const request = (headers: Record<string, string>) => ({ url: '/ws', headers }) as unknown as IncomingMessage;
const offering = (...protocols: string[]) => request({ 'sec-websocket-protocol': protocols.join(', ') });

describe('context as subprotocols', () => {
  it('are HTTP tokens, as RFC 6455 requires', () => {
    for (const token of contextProtocols(carrier, { agentId: 'ada', token: 'a.b-c.d_e' }))
      expect(token).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
  });

  it('leave out values that are not a token, with which a browser would refuse to connect', () => {
    expect(contextProtocols({ traceparent: 'a b' }, { agentId: 'a,b', token: 'a b' })).toEqual([]);
  });

  it('keep ids, flags, tracestate and the agent', () => {
    const who = { agentId: 'ada', token: 'a.b-c.d_e' };
    const handshake = readHandshake(offering('mesh.v1.json', ...contextProtocols(carrier, who)));
    expect(handshake).toMatchObject({ agentId: 'ada', authorization: 'Bearer a.b-c.d_e' });
    const parent = extractFromOutside(handshake.carrier);
    expect(trace.getSpanContext(parent)).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 0,
    });
    expect(trace.getSpanContext(parent)?.traceState?.serialize()).toBe('vendor=a b,other=c');
  });

  it('leave out baggage that would exceed the reader’s limit', () => {
    const long = { ...carrier, baggage: `k=${'x'.repeat(MAX_PROTOCOLS_LENGTH)}` };
    const who = { agentId: 'ada', token: 'a.b-c.d_e' };
    const handshake = readHandshake(offering('mesh.v1.json', ...contextProtocols(long, who)));
    expect(handshake).toMatchObject({ agentId: 'ada', authorization: 'Bearer a.b-c.d_e' });
    expect(trace.getSpanContext(extractFromOutside(handshake.carrier))?.spanId).toBe('b7ad6b7169203331');
  });

  it('are not read from a list beyond its limit', () => {
    const padding = 'x'.repeat(MAX_PROTOCOLS_LENGTH);
    expect(readHandshake(offering(...contextProtocols(carrier), padding)).carrier).toBeUndefined();
  });

  it.each(['traceparent.', 'traceparent', 'traceparent.00-xyz', 'tracestate.!!', '.', ''])(
    'count as not sent when they are %j',
    (protocol) => expect(readHandshake(offering(protocol)).carrier).toBeUndefined(),
  );

  it('are never chosen as the subprotocol', () => {
    const choose = chooseProtocol([jsonCodec]);
    expect(choose(new Set([...contextProtocols(carrier), 'mesh.v1.json']))).toBe('mesh.v1.json');
    expect(choose(new Set(contextProtocols(carrier)))).toBe(false);
  });
});
