// A task as any agent asks for one: it goes through every service, so that its spans come after all that were made before.
import { randomBytes } from 'node:crypto';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { expect, inject } from 'vitest';
import { traceWhen } from '../trace-when.ts';
import { newAttacker } from './attacker.ts';
import { callTool } from './mcp-call.ts';

/** Behind the spans of a whole channel of attacks, on a busy machine, in ms. */
const SPANS_COME_MS = 30_000;
const EVERYBODY = ['cost-ledger', 'edge-mcp', 'rest-api', 'worker', 'ws-hub'];

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
    expect([...new Set(spans.map((span) => span.service))].sort()).toEqual(EVERYBODY);
  await traceWhen(inject('endpoints').traces, traceId, isWhole, SPANS_COME_MS);
}
