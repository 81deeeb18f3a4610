// One sampling decision per trace across every hop; a caller without context is sampled by ratio.
import { randomUUID } from 'node:crypto';
import { SCOPES } from '@trace-mesh/access/caller';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realBackends } from '../backends/real.ts';
import { tokens } from '../tokens.ts';

const DEADLINE_MS = 20_000;
const TASKS = 12;
const BEHIND = ['cost-ledger', 'rest-api', 'worker'];

// A dozen traces show both decisions at one half; other ratios are in the sampler's unit tests.
const RATIO = 0.5;

/** A permitted request to be sampled. */
const FORCED = { 'x-b3-sampled': '1', authorization: tokens.bearer({ scopes: SCOPES }) };

describe('at a ratio of one half', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    const OTEL_TRACES_SAMPLER_ARG = `ratio=${RATIO},wishes_per_second=1`;
    const backends = realBackends('sampling');
    mesh = await startMesh({ only: BEHIND, env: { OTEL_TRACES_SAMPLER_ARG }, backends });
  });
  afterAll(() => mesh?.stop());

  async function createTask(headers: Record<string, string> = {}): Promise<string> {
    const response = await fetch(new URL('/api/tasks', mesh.endpoints['rest-api']), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: tokens.bearer(), ...headers },
      body: JSON.stringify({ prompt: 'Name a colour.' }),
    });
    expect(response.status).toBe(202);
    const { taskId } = (await response.json()) as { taskId: string };
    await vi.waitFor(async () => expect(await statusOf(taskId)).toBe('done'), DEADLINE_MS);
    return response.headers.get('x-trace-id') ?? '';
  }

  async function statusOf(taskId: string): Promise<unknown> {
    // The poll is not part of the test, so it is unsampled.
    const traceparent = `00-${randomUUID().replaceAll('-', '')}-00f067aa0ba902b7-00`;
    const url = new URL(`/api/tasks/${taskId}`, mesh.endpoints['rest-api']);
    const response = await fetch(url, { headers: { traceparent, authorization: tokens.bearer() } });
    return ((await response.json()) as { status: unknown }).status;
  }

  const servicesOf = async (traceId: string) => {
    const trace = await fetchTrace(mesh.endpoints.traces, traceId);
    return [...new Set(trace?.spans.map((span) => span.service))].sort();
  };
  const isWhole = (traceId: string) =>
    vi.waitFor(async () => expect(await servicesOf(traceId)).toEqual(BEHIND), DEADLINE_MS);

  it('at a ratio of one half a trace is in every service or in none, and a forced one in every', async () => {
    const traceIds = await Promise.all(Array.from({ length: TASKS }, () => createTask()));
    // Forced last: once its spans have arrived, those of the tasks before it have too.
    const forced = await createTask(FORCED);
    await isWhole(forced);
    const kept = traceIds.filter((traceId) => reachesThreshold(traceId, RATIO));
    for (const traceId of kept) await isWhole(traceId);
    for (const traceId of traceIds.filter((id) => !kept.includes(id))) {
      expect(await servicesOf(traceId)).toEqual([]);
    }
  });

  it('the span of the sampling decision names the rule', async () => {
    const traceId = await createTask(FORCED);
    await isWhole(traceId);
    const trace = await fetchTrace(mesh.endpoints.traces, traceId);
    const ruled = trace?.spans.filter((span) => 'sampling.rule' in span.attributes);
    expect(ruled?.map((span) => [span.name, span.attributes['sampling.rule']])).toEqual([
      ['POST /api/tasks', 'forced'],
    ]);
  });

  it('a health check is answered with its trace id and is not stored', async () => {
    const traceId = randomUUID().replaceAll('-', '');
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const url = new URL('/api/health', mesh.endpoints['rest-api']);
    const response = await fetch(url, { headers: { traceparent } });
    expect(response.headers.get('x-trace-id')).toBe(traceId);
    await isWhole(await createTask(FORCED));
    expect(await servicesOf(traceId)).toEqual([]);
  });
});

/** OpenTelemetry's consistent probability: the last 56 bits of the trace id reach the threshold, 2 ** 56 less the ratio's share. */
function reachesThreshold(traceId: string, ratio: number): boolean {
  return BigInt(`0x${traceId.slice(-14)}`) >= 2n ** 56n - BigInt(Math.round(ratio * 2 ** 56));
}
