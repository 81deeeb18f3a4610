// Carries the MCP context in X-MCP-* headers, on any carrier (HTTP, gRPC metadata, message attributes, envelopes), and the cost
// so far as a member of the tracestate, `mcp=cost:0.05`: it identifies no person, so other vendors may see it.
import {
  type Context,
  isSpanContextValid,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { getMcpContext, type McpContext, withClaimedMcpContext } from './mcp-context.ts';
import { EMPTY_TRACE_STATE, MESH_MEMBER } from './trace-state.ts';

const TENANT = 'x-mcp-tenant-id';
const USER = 'x-mcp-user-id';
const SESSION = 'x-mcp-session-id';
const COST_LIMIT = 'x-mcp-cost-limit';
const TRACESTATE = 'tracestate';

/** The longest tenant, user or session id that is read or sent, in characters. */
export const MAX_MCP_ID_LENGTH = 128;
// Visible ASCII: every carrier transports it without escaping, and it cannot split a header or a log line.
const ID = /^[\x21-\x7e]+$/;
const USD = /^\d{1,9}(\.\d{1,6})?$/;
const COST_USED = /^cost:(\d{1,9}(?:\.\d{1,6})?)$/;

/** Reads the headers into the *claimed* slot and writes them from the verified one; malformed values are left out. */
export class McpPropagator implements TextMapPropagator {
  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const mcp = getMcpContext(ctx);
    if (!mcp || isTracingSuppressed(ctx)) return;
    const set = (key: string, value: string | undefined) => {
      if (value !== undefined) setter.set(carrier, key, value);
    };
    set(TENANT, idOf(mcp.tenantId));
    set(USER, idOf(mcp.userId));
    set(SESSION, idOf(mcp.sessionId));
    set(COST_LIMIT, usdOf(mcp.costLimitMicroUsd));
    set(TRACESTATE, traceStateWith(ctx, mcp));
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const read = (key: string) => {
      const value = getter.get(carrier, key);
      return Array.isArray(value) ? value[0] : value;
    };
    const claim: McpContext = {};
    const tenantId = idOf(read(TENANT));
    const userId = idOf(read(USER));
    const sessionId = idOf(read(SESSION));
    const limit = read(COST_LIMIT);
    if (tenantId !== undefined) claim.tenantId = tenantId;
    if (userId !== undefined) claim.userId = userId;
    if (sessionId !== undefined) claim.sessionId = sessionId;
    if (limit !== undefined && USD.test(limit)) claim.costLimitMicroUsd = parseUsd(limit);
    // The trace context was extracted before.
    const [, used] = COST_USED.exec(trace.getSpanContext(ctx)?.traceState?.get(MESH_MEMBER) ?? '') ?? [];
    if (used !== undefined) claim.costUsedMicroUsd = parseUsd(used);
    return Object.keys(claim).length > 0 ? withClaimedMcpContext(ctx, claim) : ctx;
  }

  fields(): string[] {
    return [TENANT, USER, SESSION, COST_LIMIT];
  }
}

/** The span's tracestate with the mesh's member in front; undefined without a cost or a trace. */
function traceStateWith(ctx: Context, { costUsedMicroUsd }: McpContext): string | undefined {
  const span = trace.getSpanContext(ctx);
  const cost = usdOf(costUsedMicroUsd);
  if (cost === undefined || !span || !isSpanContextValid(span)) return undefined;
  return (span.traceState ?? EMPTY_TRACE_STATE).set(MESH_MEMBER, `cost:${cost}`).serialize();
}

function idOf(value: string | undefined): string | undefined {
  return value !== undefined && value.length <= MAX_MCP_ID_LENGTH && ID.test(value) ? value : undefined;
}

/** Undefined for an amount that the reader would refuse: negative, fractional, or too large. */
function usdOf(microUsd: number | undefined): string | undefined {
  const usd = microUsd === undefined ? '' : formatUsd(microUsd);
  return USD.test(usd) ? usd : undefined;
}

/** Micro-USD as decimal dollars, `2500000` → `2.5`; exact, since it computes with integers. */
export function formatUsd(microUsd: number): string {
  const fraction = String(microUsd % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${Math.floor(microUsd / 1_000_000)}${fraction && `.${fraction}`}`;
}

/** Decimal dollars (at most six decimals) as integer micro-USD. */
export function parseUsd(usd: string): number {
  const [whole = '0', fraction = ''] = usd.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}
