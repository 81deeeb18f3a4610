// Tracing observes, it never decides: every scenario has the same result with OTEL_SDK_DISABLED=true, and no trace.
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { type Agent, fireScenario, openAgent } from '@trace-mesh/scenarios/fire';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { realBackends } from '../backends/real.ts';

const OFF = { OTEL_SDK_DISABLED: 'true' };
const PROMPT = 'What is left when the tracing is off?';
/** For one scenario in both meshes, on a small machine. */
const BOTH_MS = 120_000;
/** Scenarios that run in parallel in a mesh, as in the demo. */
const limit = pLimit(3);

/** One for each kind of end: success, refusal, cancellation, retry, dead letter, resend. */
const SCENARIOS = [
  ...['create-task', 'http', 'mcp-http-legacy', 'mcp-cancel', 'grpc-bidi', 'ws-binary', 'ws-resume'],
  ...['sqs', 'sqs-batch', 'sqs-redelivery', 'sqs-ten-attributes', 'async-job', 'batch'],
  ...['error-http', 'error-task', 'error-mcp'],
];

const TRACE_KEYS = /^(trace_id|span_id|traceId|jobTraceId|submitterTraceId)$/;
/** The start of a UUID: an answer may cut the prompt that contains one. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/;

/** The result without trace ids, and with a constant for each text that contains a random id. */
const comparable = (result: unknown): unknown =>
  JSON.parse(JSON.stringify(result), (key, value) => {
    if (TRACE_KEYS.test(key)) return undefined;
    return typeof value === 'string' && UUID.test(value) ? '(random)' : value;
  });

const opened = new AsyncDisposableStack();
let untracedMesh: Mesh;
let traced: Agent;
let untraced: Agent;
beforeAll(async () => {
  // Its trace store is the embedded one, which must stay empty; the real one has the traces of the other mesh.
  const { sqs } = realBackends('tracing-off') ?? {};
  untracedMesh = opened.use(await startMesh({ env: OFF, backends: { ...(sqs && { sqs }) } }));
  traced = opened.use(openAgent(inject('endpoints')));
  untraced = opened.use(openAgent(untracedMesh.endpoints, { env: { ...OFF, ...sqs?.env } }));
});
afterAll(() => opened.disposeAsync());

it.concurrent.each(SCENARIOS)(
  '%s has the same result with OTEL_SDK_DISABLED=true, but no trace ids',
  async (name) => {
    const [on, off] = await limit(() =>
      Promise.all([traced.fire(name, { prompt: PROMPT }), untraced.fire(name, { prompt: PROMPT })]),
    );
    expect(on.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(off.traceId).toBe('');
    expect(JSON.stringify(off.result)).not.toMatch(/"(trace_id|span_id|[a-z]*[tT]raceId)":"/);
    expect(comparable(off.result)).toEqual(comparable(on.result));
  },
  BOTH_MS,
);

it('with OTEL_SDK_DISABLED=true, no span reaches the trace store', async () => {
  await fireScenario('create-task', untracedMesh.endpoints, { env: OFF });
  const stored = await fetch(new URL('/api/services', untracedMesh.endpoints.traces));
  expect(await stored.json()).toMatchObject({ data: [] });
});
