// Whatever a caller sends, the doctor answers: with a result, with `isError`, or with a JSON-RPC error; and it serves on.
import type { Span } from '@trace-mesh/trace-doctor/trace';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connect, type Era, serveTraces } from './doctor.fixture.ts';
import { sizeOf } from './shorten.ts';

const ID = 'a'.repeat(32);
const TOOLS = [
  ...['find_traces', 'show_trace', 'check_trace', 'explain_missing_hop'],
  ...['slow_path', 'first_error', 'cost_of', 'diff_traces'],
];
const root: Span = {
  ...{
    traceId: ID,
    spanId: '1'.repeat(16),
    name: 'scenario create-task',
    service: 'agent',
    kind: 'internal',
  },
  ...{ startUs: 1, durationUs: 1, attributes: {}, events: [], links: [] },
};

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(ID, 'x', 2_000, 1e9, -1, '1h', '12345678.1-2', null),
);
const args = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.string(), anything),
  fc.record(
    {
      ...{ traceId: anything, a: anything, b: anything, cursor: anything, maxBytes: anything },
      ...{ scenario: anything, hops: anything, details: anything, linked: anything, row: anything },
      ...{ since: anything, service: anything, name: anything, only: anything, attributes: anything },
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      ...{ traceId: fc.constant(ID), a: fc.constant(ID), b: fc.constant(ID), scenario: fc.string() },
      ...{
        maxBytes: fc.integer({ min: 1_990, max: 2_100 }),
        cursor: fc.stringMatching(/^[0-9a-f]{8}\.[0-9]-[0-9]$/),
      },
    },
    { requiredKeys: ['traceId', 'a', 'b'] },
  ),
);
const calls = fc.oneof(
  fc.record({
    name: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TOOLS) }, fc.string()),
    arguments: args,
  }),
  fc.jsonValue(),
);

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** The request of an era, without the SDK's checks on the client's side. */
function requestOf(era: Era, params: unknown) {
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  const modern = isObject ? { ...params, _meta: MODERN } : params;
  const name = isObject && 'name' in params ? encodeURIComponent(String(params.name).toWellFormed()) : '';
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': era === 'modern' ? '2026-07-28' : '2025-11-25',
    ...(era === 'modern' && { 'mcp-method': 'tools/call', 'mcp-name': name }),
  };
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: era === 'modern' ? modern : params };
  return { method: 'POST', headers, body: JSON.stringify(call) };
}

it.each(['modern', 'legacy'] as const)('any arguments get an answer, %s era', async (era) => {
  await using doctor = await serveTraces([{ traceId: ID, spans: [root] }]);
  await fc.assert(
    fc.asyncProperty(calls, async (params) => {
      const response = await fetch(doctor.url, requestOf(era, params));
      const text = await response.text();
      const { result, error } = JSON.parse(text.match(/^data: (.*)$/m)?.[1] ?? text);
      if (error)
        return void expect(error).toMatchObject({ code: expect.any(Number), message: expect.any(String) });
      expect(result.content).toMatchObject([{ type: 'text', text: expect.any(String) }]);
      if (!result.isError) expect(sizeOf(result)).toBeLessThanOrEqual(4_000);
    }),
    { numRuns: 150, endOnFailure: true },
  );
  expect(doctor.logged.filter((line) => line.includes('answering a question failed'))).toEqual([]);
  await using client = await connect(doctor.url, era);
  expect(await client.callTool({ name: 'show_trace', arguments: { traceId: ID } })).not.toHaveProperty(
    'isError',
  );
});
