import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, describe, expect, it } from 'vitest';
import { extractContext, injectContext, runInContext } from '../context/carrier.ts';
import { withMcpContext } from '../context/mcp-context.ts';
import { startTestTracing } from '../testing.ts';
import { carryContext, injectIntoAttributes } from './carrier.ts';
import { extractFromMessage, receiveAttributes, sendAttributes } from './extract.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const tracestate = 'vendor=1';
const inTrace = <T>(work: () => T) =>
  runInContext(withMcpContext(extractContext({ traceparent, tracestate }), { tenantId: 'acme' }), work);
const taken = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`user-${i}`, { DataType: 'String', StringValue: 'x' }]),
  );
const spanOf = (ctx: ReturnType<typeof extractFromMessage>) => trace.getSpanContext(ctx);

describe('SQS message attributes', () => {
  it('spend one for a bare trace', () => {
    expect(injectIntoAttributes({ traceparent })).toEqual({
      traceparent: { DataType: 'String', StringValue: traceparent },
    });
  });

  it('pack the MCP context into one, so that four carry everything', () => {
    const carrier = {
      traceparent,
      tracestate: 'vendor=1',
      baggage: 'a=1',
      'x-mcp-tenant-id': 'acme',
      'x-mcp-user-id': 'ada&bob=c',
    };
    const attributes = injectIntoAttributes(carrier);
    expect(Object.keys(attributes)).toEqual(['traceparent', 'tracestate', 'x-mcp-context', 'baggage']);
    expect(attributes['x-mcp-context']?.StringValue).toBe('x-mcp-tenant-id=acme&x-mcp-user-id=ada%26bob%3Dc');
  });

  it('are none where there is no trace: SQS refuses empty values', () => {
    expect(injectIntoAttributes({})).toEqual({});
  });
});

describe('a message', () => {
  it('keeps its body as it is while the attributes have room', () => {
    const { MessageBody, MessageAttributes } = inTrace(() => carryContext({ n: 1 }, taken(7)));
    expect(JSON.parse(MessageBody)).toEqual({ n: 1 });
    expect(Object.keys(MessageAttributes ?? {})).toHaveLength(10);
  });

  it.each([8, 10])('carries the whole context in its body when the user has taken %i attributes', (count) => {
    const sent = inTrace(() => carryContext({ n: 1 }, taken(count)));
    expect(sent.MessageAttributes).toEqual(taken(count));
    expect(JSON.parse(sent.MessageBody)).toEqual({
      n: 1,
      trace: { traceparent, tracestate, 'x-mcp-tenant-id': 'acme' },
    });
    const found = spanOf(
      extractFromMessage({ Body: sent.MessageBody, MessageAttributes: sent.MessageAttributes }),
    );
    expect(found).toMatchObject({ spanId: 'b7ad6b7169203331', traceFlags: 1 });
    expect(found?.traceState?.serialize()).toBe(tracestate);
  });

  it('has the context of its attributes where its body has one, too', () => {
    const other = '00-11111111111111111111111111111111-2222222222222222-01';
    const MessageAttributes = injectIntoAttributes({ traceparent });
    const Body = JSON.stringify({ trace: { traceparent: other } });
    expect(spanOf(extractFromMessage({ Body, MessageAttributes }))?.spanId).toBe('b7ad6b7169203331');
  });

  it('has no trace by its MCP attribute, which may hold the MCP context only', () => {
    const packed = new URLSearchParams({ traceparent, 'x-mcp-tenant-id': 'acme' }).toString();
    const ctx = extractFromMessage({
      MessageAttributes: { 'x-mcp-context': { DataType: 'String', StringValue: packed } },
    });
    expect(injectContext(ctx)).toEqual({ 'x-mcp-tenant-id': 'acme' });
  });

  it('keeps baggage and MCP context where there is no trace to hold them together', () => {
    const carrier = { baggage: 'a=1', 'x-mcp-tenant-id': 'acme' };
    const MessageAttributes = injectIntoAttributes(carrier);
    expect(injectContext(extractFromMessage({ MessageAttributes }))).toEqual(carrier);
  });

  it.each([undefined, '', 'no json', 'null', '[]', '{"trace":7}', '{"trace":{"traceparent":"00-zz"}}'])(
    'has no context, and raises no error, where its body is %j',
    (Body) => {
      expect(extractFromMessage({ ...(Body !== undefined && { Body }) })).toBe(ROOT_CONTEXT);
    },
  );
});

describe('what the spans at both ends say of a message', () => {
  const place = 'mesh.messaging.context_place';

  it.each([
    [0, 'attributes'],
    [10, 'body'],
  ])('with %i attributes of the user: the context went into the %s, and was found there', (count, where) => {
    const sent = inTrace(() => carryContext({ n: 1 }, taken(count)));
    expect(sendAttributes(sent, taken(count))).toEqual({
      [place]: where,
      'mesh.messaging.user_attributes': count,
    });
    const { MessageBody: Body, MessageAttributes } = sent;
    expect(receiveAttributes({ Body, MessageAttributes })).toEqual({
      [place]: where,
      'mesh.messaging.received_attributes': Object.keys(MessageAttributes ?? {}).length,
    });
  });

  it('went nowhere where there is none, or where it is malformed', () => {
    const none = { [place]: 'none', 'mesh.messaging.user_attributes': 0 };
    expect(sendAttributes(carryContext({ n: 1 }))).toEqual(none);
    const malformed = { traceparent: { DataType: 'String', StringValue: '00-zz' } };
    expect(sendAttributes({ MessageBody: '{}', MessageAttributes: malformed }, malformed)).toEqual(none);
  });

  it('was sent, and did not arrive where the consumer asked for no attributes', () => {
    const { MessageBody: Body } = inTrace(() => carryContext({ n: 1 }));
    expect(receiveAttributes({ Body })).toEqual({ [place]: 'none', 'mesh.messaging.received_attributes': 0 });
  });
});
