import { describe, expect, it } from 'vitest';
import { CONTEXT_ATTRIBUTES, injectIntoAttributes } from './sqs.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

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
    expect(Object.keys(attributes)).toEqual(CONTEXT_ATTRIBUTES);
    expect(attributes['x-mcp-context']?.StringValue).toBe('x-mcp-tenant-id=acme&x-mcp-user-id=ada%26bob%3Dc');
  });

  it('are none where there is no trace: SQS refuses empty values', () => {
    expect(injectIntoAttributes({})).toEqual({});
  });
});
