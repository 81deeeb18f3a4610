// Tracing observes, it never decides: without it everything ends the same, successes, refusals, retries and dead letters; only
// nobody can look at it.
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { fireScenario } from '@trace-mesh/scenarios/fire';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const OFF = { OTEL_SDK_DISABLED: 'true' };
const PROMPT = 'What is left when the tracing is off?';
/** What comes of a scenario in both meshes, on a small machine. */
const BOTH_MS = 120_000;
/** A mesh has so many scenarios under way at once, as in the demo. */
const turn = pLimit(3);

/** Each ends in another way: done, refused, called off, tried again, given up, sent back. */
const SCENARIOS = [
  ...['create-task', 'http', 'mcp-http-legacy', 'mcp-cancel', 'grpc-bidi', 'ws-binary', 'ws-resume'],
  ...['sqs', 'sqs-batch', 'sqs-redelivery', 'sqs-ten-attributes', 'async-job', 'batch'],
  ...['error-http', 'error-task', 'error-mcp'],
];

const TRACE_KEYS = /^(trace_id|span_id|traceId|jobTraceId|submitterTraceId)$/;
/** The beginning of one: a prompt in an answer is cut. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/;

/** A result without what names a trace, and without what is another each time: ids, and what a model says of one. */
const comparable = (result: unknown): unknown =>
  JSON.parse(JSON.stringify(result), (key, value) => {
    if (TRACE_KEYS.test(key)) return undefined;
    return typeof value === 'string' && UUID.test(value) ? 'another each time' : value;
  });

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ env: OFF });
});
afterAll(() => mesh.stop());

it.concurrent.each(SCENARIOS)(
  '%s ends the same with OTEL_SDK_DISABLED=true, only without trace ids',
  async (name) => {
    const traced = await turn(() => fireScenario(name, inject('endpoints'), { prompt: PROMPT }));
    const untraced = await turn(() => fireScenario(name, mesh.endpoints, { prompt: PROMPT, env: OFF }));
    expect(traced.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(untraced.traceId).toBe('');
    expect(JSON.stringify(untraced.result)).not.toMatch(/"(trace_id|span_id|[a-z]*[tT]raceId)":"/);
    expect(comparable(untraced.result)).toEqual(comparable(traced.result));
  },
  BOTH_MS,
);

it('leaves nothing in the trace store', async () => {
  const stored = await fetch(new URL('/api/services', mesh.endpoints.traces));
  expect(await stored.json()).toMatchObject({ data: [] });
});
