// A scenario of one hop and its trace, for the tests.
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { judge } from '@trace-mesh/trace-doctor/wait';
import { composeEndpoints } from './compose.ts';
import type { DemoScenario } from './firing.ts';

export const endpoints = composeEndpoints({});
export const traceId = 'a'.repeat(32);

export const scenario: DemoScenario = {
  name: 'story',
  title: 'From a call to a push',
  rows: [2, 8],
  edges: [
    {
      from: { service: 'agent', kind: 'client', name: 'call' },
      to: { service: 'edge-mcp', kind: 'server', name: 'call' },
      transport: 'mcp',
      relation: 'parent',
      row: 2,
    },
  ],
};

const facts = { traceId, name: 'call', links: [], startUs: 0, durationUs: 1000, attributes: {}, events: [] };
const client: Span = { ...facts, spanId: 'c', service: 'agent', kind: 'client' };
const server: Span = { ...facts, spanId: 's', service: 'edge-mcp', kind: 'server', parentSpanId: 'c' };

export const whole = judge({ traceId, spans: [client, server] }, scenario.edges);
/** The server span and its parent never arrived. */
export const broken = judge({ traceId, spans: [client] }, scenario.edges);
/** All hops hold, but a span more hangs in the air. */
export const orphaned = judge(
  { traceId, spans: [client, server, { ...server, spanId: 'o', name: 'other', parentSpanId: 'gone' }] },
  scenario.edges,
);
