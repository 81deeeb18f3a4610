import { describe, expect, it } from 'vitest';
import { checkKinds } from './kinds.ts';
import { makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const call = makeSpan('call', 'agent', { kind: 'client', name: 'GET' });
const served = makeSpan('served', 'rest-api', { kind: 'server', name: 'GET /x', parentSpanId: 'call' });
const check = (...spans: Span[]) => checkKinds(makeTrace(...spans));

describe('a trace', () => {
  it('of calls and messages has the right kinds', () => {
    expect(check(call, served)).toEqual([]);
    expect(checkKinds(makeTrace(send, processed), [sqsEdge])).toEqual([]);
  });

  it('may start with any kind, and may have a span whose parent never arrived', () => {
    expect(check(served)).toEqual([]);
  });

  it.each([
    [
      { ...call, kind: 'internal' as const },
      served,
      "'GET /x' (rest-api) is a server span below 'GET' (agent), which is internal and not client",
    ],
    [
      { ...send, kind: 'client' as const },
      processed,
      "'process tasks' (worker) is a consumer span below 'send tasks' (rest-api), which is client and not producer",
    ],
  ])('with the wrong kind at the near side is reported', (near, far, problem) => {
    expect(check(near, far)).toEqual([problem]);
  });
});

describe('a server or consumer span below another kind is correct', () => {
  it('for an MCP request inside the HTTP request that carried it', () => {
    const mcp = { ...served, service: 'edge', attributes: { 'mcp.method.name': 'initialize' } };
    const http = makeSpan('call', 'edge', { kind: 'server', name: 'POST /mcp' });
    expect(check(http, mcp)).toEqual([]);
    expect(check({ ...http, service: 'other' }, mcp)).toHaveLength(1);
  });

  it('for the first message of a WebSocket, with the context of the handshake', () => {
    const hello = makeSpan('hello', 'ws-hub', {
      kind: 'consumer',
      parentSpanId: 'call',
      attributes: { 'messaging.system.name': 'websocket' },
    });
    expect(check(call, hello)).toEqual([]);
  });
});

it('a span that matches an edge except for its kind is reported', () => {
  const internal = { ...processed, kind: 'internal' as const };
  expect(checkKinds(makeTrace(send, internal), [sqsEdge])).toEqual([
    "'process tasks' (worker) is of kind internal, and its hop needs consumer",
  ]);
  expect(checkKinds(makeTrace(send, internal), [{ ...sqsEdge, inOtherTrace: true }])).toEqual([]);
});
