// A mesh with knobs and its agent; the lab is in this process.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMesh } from '@trace-mesh/embedded/mesh';
import { labEnv } from '@trace-mesh/faults/env';
import type { Place } from '@trace-mesh/faults/knobs';
import { createLab } from '@trace-mesh/faults/server';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import type { Hop } from '@trace-mesh/trace-doctor/edges';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { type Verdict, waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { expect, vi } from 'vitest';
import { tokens } from '../tokens.ts';

const TRACE_DEADLINE_MS = 10_000;
const JOIN_DEADLINE_MS = 30_000;
const [story] = scenarios;
const edges = story?.edges ?? [];
/** The row of the WebSocket's handshake. */
export const HANDSHAKE = 15;
/** The hops of the story that cross a wire as its child; the others are within one process, or lead to a database. */
const CROSSING = new Set([1, 2, 4, 8, 12, HANDSHAKE, 16, 20]);
export const crossesWire = ({ relation, row }: Hop): boolean => relation === 'parent' && CROSSING.has(row);

/** The processes that connect. */
const PROCESSES = ['agent', 'cost-ledger', 'edge-mcp', 'rest-api', 'worker', 'ws-hub'];

export async function startLabMesh() {
  await using opened = new AsyncDisposableStack();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.defer(() => void server.close());
  const lab = opened.use(createLab({ applyTimeoutMs: JOIN_DEADLINE_MS }));
  lab.attach(server);
  const env = labEnv(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/lab`);
  const { endpoints } = opened.use(await startMesh({ env }));
  const agent = opened.use(openAgent(endpoints, { env }));
  await vi.waitFor(() => expect(lab.services()).toEqual(PROCESSES), JOIN_DEADLINE_MS);

  /** Fires the story; resolves with its trace id and result once its answer is there. */
  const fire = (prompt?: string) => agent.fire('create-task', { prompt });
  /** The verdict on a trace of the story, as soon as it is whole, or at the deadline. */
  const verdictOn = (traceId: string, timeoutMs = TRACE_DEADLINE_MS): Promise<Verdict> =>
    waitForTrace(endpoints.traces, traceId, edges, { timeoutMs });
  /** Fires the story and waits for it to be whole: what was exported before it has then arrived as well. */
  const fireWhole = async () => {
    const { traceId } = await fire();
    const verdict = await verdictOn(traceId);
    expect(red(verdict)).toEqual([]);
    expect(verdict.ok).toBe(true);
    return verdict;
  };

  /** Creates a task over REST, in a new trace. */
  async function postTask() {
    const traceId = randomBytes(16).toString('hex');
    const response = await fetch(new URL('/api/tasks', endpoints['rest-api']), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: tokens.bearer(),
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
      body: JSON.stringify({ taskId: randomUUID(), prompt: 'Name a colour.' }),
    });
    return { status: response.status, traceId, body: await response.text() };
  }

  const all = opened.move();
  return {
    lab,
    endpoints,
    agent,
    fire,
    fireWhole,
    postTask,
    verdictOn,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The hops that do not hold, as `row relation from → to`. */
export const red = ({ hops }: Verdict): string[] =>
  hops.filter((hop) => !hop.ok).map(({ row, relation, from, to }) => `${row} ${relation} ${from} → ${to}`);

/** The span of each place. */
const SPAN_OF: Record<Place, string> = {
  'edge-mcp': 'tools/call create_task',
  'rest-api': 'POST /api/tasks',
  'cost-ledger': 'mesh.ledger.v1.CostLedger/Reserve',
  worker: 'process tasks',
  'ws-hub': 'process task-events',
};

export const spansOf = ({ spans }: Trace, service: string, name: string): Span[] =>
  spans.filter((span) => span.service === service && span.name === name);

/** The spans of the operation at a place. */
export const workIn = (trace: Trace, place: Place): Span[] => spansOf(trace, place, SPAN_OF[place]);
