import { describe, expect, it } from 'vitest';
import { Envelope, fromTraceContext, toTraceContext } from './envelope.ts';

const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'a=1',
  'x-mcp-tenant-id': 'acme',
  'x-mcp-cost-limit': '2.5',
};

describe('the WebSocket envelope', () => {
  it('carries context, tracestate, baggage and tenant both ways', () => {
    expect(fromTraceContext(toTraceContext(carrier))).toEqual(carrier);
  });

  it('has no context without a trace', () => {
    expect(toTraceContext({})).toBeUndefined();
    expect(fromTraceContext(undefined)).toEqual({});
  });

  it.each([
    { trace_id: 'xyz', span_id: 'b7ad6b7169203331', trace_flags: '01' },
    { trace_id: '0AF7651916CD43DD8448EB211C80319C', span_id: 'b7ad6b7169203331', trace_flags: '01' },
    { span_id: 'b7ad6b7169203331' },
    'text',
    null,
  ])('drops the context %j and keeps the message', (trace_context) => {
    expect(Envelope.parse({ type: 'ping', trace_context, data: 1 })).toEqual({ type: 'ping', data: 1 });
  });

  it.each([
    [1, '01'],
    [0, '00'],
    [3, '03'],
    [255, 'ff'],
  ])('reads the flags %i, a number, as %s', (trace_flags, hex) => {
    const trace_context = { trace_id: '1'.repeat(32), span_id: '2'.repeat(16), trace_flags };
    const { traceparent } = fromTraceContext(Envelope.parse({ type: 'ping', trace_context }).trace_context);
    expect(traceparent).toBe(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-${hex}`);
  });

  it.each([256, -1, 1.5, '1', 'zz'])('drops a context with the flags %j', (trace_flags) => {
    const trace_context = { trace_id: '1'.repeat(32), span_id: '2'.repeat(16), trace_flags };
    expect(Envelope.parse({ type: 'ping', trace_context })).toEqual({ type: 'ping' });
  });

  it('is refused without a type', () => {
    expect(() => Envelope.parse({ data: 1 })).toThrow();
  });
});
