import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { getMcpContext, type McpContext, trustClaimedMcpContext, withMcpContext } from './mcp-context.ts';
import { formatUsd, MAX_MCP_ID_LENGTH, McpPropagator, parseUsd } from './mcp-propagator.ts';
import { TraceContextPropagator } from './trace-context.ts';

const propagator = new McpPropagator();

function inject(mcp: McpContext, ctx = ROOT_CONTEXT): Record<string, string> {
  const carrier = {};
  propagator.inject(withMcpContext(ctx, mcp), carrier, defaultTextMapSetter);
  return carrier;
}
const extract = (carrier: Record<string, string>) =>
  propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);

describe('the MCP propagator', () => {
  const mcp = { tenantId: 'acme', userId: 'ada', sessionId: 's-1', costLimitMicroUsd: 2_500_000 };

  it('carries every field across', () => {
    const carrier = inject(mcp);
    expect(carrier).toEqual({
      'x-mcp-tenant-id': 'acme',
      'x-mcp-user-id': 'ada',
      'x-mcp-session-id': 's-1',
      'x-mcp-cost-limit': '2.5',
    });
    expect(getMcpContext(trustClaimedMcpContext(extract(carrier)))).toEqual(mcp);
  });

  it('extracts a claim, which is not verified', () => {
    expect(getMcpContext(extract({ 'x-mcp-tenant-id': 'acme' }))).toBeUndefined();
  });

  it.each([
    ['a line break', 'acme\r\nx-admin: 1'],
    ['a space', 'acme corp'],
    ['nothing', ''],
    ['too much', 'a'.repeat(MAX_MCP_ID_LENGTH + 1)],
    ['other alphabets', 'ácmé'],
  ])('neither reads nor sends an id that holds %s', (_what, id) => {
    expect(inject({ tenantId: id })).toEqual({});
    expect(getMcpContext(trustClaimedMcpContext(extract({ 'x-mcp-tenant-id': id })))).toBeUndefined();
  });

  it.each(['-1', '1e9', '0.1234567', 'NaN', '1,5', ''])('does not read %j as a cost limit', (limit) => {
    expect(extract({ 'x-mcp-cost-limit': limit })).toBe(ROOT_CONTEXT);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e15])(
    'does not send %d micro-USD as a cost limit',
    (costLimitMicroUsd) => {
      expect(inject({ costLimitMicroUsd })).toEqual({});
    },
  );

  it('carries the cost so far in the tracestate, in front of other members', () => {
    const remote = new TraceContextPropagator().extract(
      ROOT_CONTEXT,
      {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'a=1,mcp=cost:0.01',
      },
      defaultTextMapGetter,
    );
    const carrier = inject({ costUsedMicroUsd: 50_000 }, remote);
    expect(carrier).toEqual({ tracestate: 'mcp=cost:0.05,a=1' });
    const claimed = propagator.extract(remote, carrier, defaultTextMapGetter);
    expect(getMcpContext(trustClaimedMcpContext(claimed))).toEqual({ costUsedMicroUsd: 10_000 });
    expect(trace.getSpanContext(claimed)).toEqual(trace.getSpanContext(remote));
  });

  it('sends no cost without a trace', () => {
    expect(inject({ costUsedMicroUsd: 50_000 })).toEqual({});
  });

  it('sends nothing while tracing is suppressed', () => {
    expect(inject(mcp, suppressTracing(ROOT_CONTEXT))).toEqual({});
  });

  it.each([0, 1, 10, 999_999, 1_000_000, 2_500_000, 123_456_789])(
    'writes %d micro-USD exactly',
    (microUsd) => {
      expect(parseUsd(formatUsd(microUsd))).toBe(microUsd);
    },
  );
});
