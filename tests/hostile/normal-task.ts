// A normal task through every service; when its spans have arrived, those of earlier inputs have too.
import { randomBytes } from 'node:crypto';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { expect, inject } from 'vitest';
import { traceWhen } from '../trace-when.ts';
import { newAttacker } from './attacker.ts';
import { callTool } from './mcp-call.ts';

/** In ms; the spans of a whole channel arrive before, on a busy machine. */
const SPANS_COME_MS = 30_000;
const SERVICES = ['cost-ledger', 'edge-mcp', 'rest-api', 'worker', 'ws-hub'];

/** Runs a task over MCP to its end; resolves when the spans of every service are stored. */
export async function normalTask(): Promise<void> {
  const traceId = randomBytes(16).toString('hex');
  const _meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const { result } = await callTool(newAttacker(), {
    name: 'create_task',
    arguments: { prompt: 'Name a colour.' },
    _meta,
  });
  expect(result).toMatchObject({ structuredContent: { result: expect.stringContaining('Name a colour.') } });
  const isWhole = ({ spans }: Trace) =>
    expect([...new Set(spans.map((span) => span.service))].sort()).toEqual(SERVICES);
  await traceWhen(inject('endpoints').traces, traceId, isWhole, SPANS_COME_MS);
}
