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

describe('injectIntoAttributes', () => {
  it('a trace without state and baggage needs one attribute', () => {
    expect(injectIntoAttributes({ traceparent })).toEqual({
      traceparent: { DataType: 'String', StringValue: traceparent },
    });
  });

  it('a whole context needs four attributes: the MCP context is packed into one', () => {
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

  it('an empty context has no attributes, since SQS refuses empty values', () => {
    expect(injectIntoAttributes({})).toEqual({});
  });
});

describe('carryContext and extractFromMessage', () => {
  it('a body does not change where the attributes have room', () => {
    const { MessageBody, MessageAttributes } = inTrace(() => carryContext({ n: 1 }, taken(7)));
    expect(JSON.parse(MessageBody)).toEqual({ n: 1 });
    expect(Object.keys(MessageAttributes ?? {})).toHaveLength(10);
  });

  it.each([8, 10])('a message with %i attributes of the user has the whole context in its body', (count) => {
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

  it('the context in the attributes comes before the one in the body', () => {
    const other = '00-11111111111111111111111111111111-2222222222222222-01';
    const MessageAttributes = injectIntoAttributes({ traceparent });
    const Body = JSON.stringify({ trace: { traceparent: other } });
    expect(spanOf(extractFromMessage({ Body, MessageAttributes }))?.spanId).toBe('b7ad6b7169203331');
  });

  it('no trace is read from the MCP attribute', () => {
    const packed = new URLSearchParams({ traceparent, 'x-mcp-tenant-id': 'acme' }).toString();
    const ctx = extractFromMessage({
      MessageAttributes: { 'x-mcp-context': { DataType: 'String', StringValue: packed } },
    });
    expect(injectContext(ctx)).toEqual({ 'x-mcp-tenant-id': 'acme' });
  });

  it('baggage and MCP context are carried without a trace, too', () => {
    const carrier = { baggage: 'a=1', 'x-mcp-tenant-id': 'acme' };
    const MessageAttributes = injectIntoAttributes(carrier);
    expect(injectContext(extractFromMessage({ MessageAttributes }))).toEqual(carrier);
  });

  it.each([undefined, '', 'no json', 'null', '[]', '{"trace":7}', '{"trace":{"traceparent":"00-zz"}}'])(
    'a message whose body is %j has no context, and reading it does not throw',
    (Body) => {
      expect(extractFromMessage({ ...(Body !== undefined && { Body }) })).toBe(ROOT_CONTEXT);
    },
  );
});

describe('sendAttributes and receiveAttributes', () => {
  const place = 'mesh.messaging.context_place';

  it.each([
    [0, 'attributes'],
    [10, 'body'],
  ])('with %i attributes of the user, both spans name the place of the context: %s', (count, where) => {
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

  it('without a context, or with a malformed one, the place is none', () => {
    const none = { [place]: 'none', 'mesh.messaging.user_attributes': 0 };
    expect(sendAttributes(carryContext({ n: 1 }))).toEqual(none);
    const malformed = { traceparent: { DataType: 'String', StringValue: '00-zz' } };
    expect(sendAttributes({ MessageBody: '{}', MessageAttributes: malformed }, malformed)).toEqual(none);
  });

  it('where the receive named no attributes, the place is none and no attribute was received', () => {
    const { MessageBody: Body } = inTrace(() => carryContext({ n: 1 }));
    expect(receiveAttributes({ Body })).toEqual({ [place]: 'none', 'mesh.messaging.received_attributes': 0 });
  });
});
