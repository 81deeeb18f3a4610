// The /metrics endpoint of every service, scraped as by Prometheus after each service was called.
import { openAgent } from '@trace-mesh/scenarios/fire';
import { own } from '@trace-mesh/topology/services';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { storedSpans } from './stored-spans.ts';

const agent = openAgent(inject('endpoints'));
beforeAll(async () => {
  for (const scenario of [...own.map(({ name }) => name), 'http', 'create-task', 'ws-json']) {
    await agent.fire(scenario);
  }
});
afterAll(() => agent[Symbol.asyncDispose]());

/** Services that the agent calls; it requests sampling. All others are called by services. */
const EDGES = [
  ...['edge-mcp', 'rest-api', 'ws-hub'],
  ...own.filter(({ kind }) => kind !== 'sqs').map(({ name }): string => name),
];

async function scrape(service: string): Promise<string> {
  const url = inject('health')[service];
  const response = await fetch(new URL('/metrics', url));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch('text/plain');
  return response.text();
}

/** The sum of a metric's samples whose labels all hold; undefined where there are none. */
function totalOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const samples = text.split('\n').filter((line) => {
    const fits = Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`));
    return fits && (line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  });
  if (samples.length === 0) return undefined;
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describe.each(Object.keys(inject('health')))('%s', (service) => {
  it('target_info has the service name, version and environment', async () => {
    const text = await scrape(service);
    const labels = { service_name: service, deployment_environment_name: 'embedded' };
    expect(totalOf(text, 'target_info', labels)).toBe(1);
    expect(text).toMatch(/service_version="\d+\.\d+\.\d+"/);
  });

  it('sampling decisions are counted by rule', async () => {
    const text = await scrape(service);
    const labels = { rule: EDGES.includes(service) ? 'wish' : 'parent', sampled: 'true' };
    expect(totalOf(text, 'mesh_sampling_decisions_total', labels)).toBeGreaterThan(0);
  });

  it('no sample contains a tenant, user, task id or password', async () => {
    const samples = (await scrape(service)).replace(/^target_info.*$/gm, '');
    expect(samples).not.toMatch(/tenant|user_id|password|postgres:\/\/|[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
});

it.each(['rest-api', 'cost-ledger', 'worker'])(
  'the pool metrics of %s count used and idle connections and pending requests',
  async (service) => {
    // An idle connection is closed after 10 s, and a request of another test may hold it: call again until one idles.
    await vi.waitFor(
      async () => {
        await agent.fire('create-task');
        const text = await scrape(service);
        const count = (state: string) =>
          totalOf(text, 'db_client_connection_count', { db_client_connection_state: state });
        expect(count('idle')).toBeGreaterThan(0);
        expect(count('used')).toBeGreaterThanOrEqual(0);
        expect(totalOf(text, 'db_client_connection_pending_requests')).toBe(0);
      },
      { timeout: 20_000, interval: 500 },
    );
  },
);

it('edge-mcp measures every operation by method and tool, in seconds', async () => {
  const text = await scrape('edge-mcp');
  const labels = { mcp_method_name: 'tools/call', gen_ai_tool_name: 'create_task' };
  expect(totalOf(text, 'mcp_server_operation_duration_count', labels)).toBeGreaterThan(0);
  const slowest = { ...labels, le: '300' };
  expect(totalOf(text, 'mcp_server_operation_duration_bucket', slowest)).toBeGreaterThan(0);
});

it('the worker counts tokens and cost by model', async () => {
  const text = await scrape('worker');
  const model = { gen_ai_request_model: 'amazon.nova-lite-v1:0' };
  for (const type of ['input', 'output']) {
    const labels = { ...model, gen_ai_token_type: type, gen_ai_provider_name: 'aws.bedrock' };
    expect(totalOf(text, 'gen_ai_client_token_usage_sum', labels)).toBeGreaterThan(0);
  }
  expect(totalOf(text, 'mesh_cost_micro_usd_total', model)).toBeGreaterThan(0);
});

/** Of each service a metric and labels of its samples. */
const COUNTED: [service: string, metric: string, labels: Record<string, string>][] = [
  ['rest-api', 'rpc_client_call_duration_count', { rpc_system_name: 'grpc', rpc_status_code: 'OK' }],
  ['cost-ledger', 'rpc_server_call_duration_count', { rpc_system_name: 'grpc', rpc_status_code: 'OK' }],
  [
    'rest-api',
    'messaging_client_sent_messages_total',
    { messaging_system_name: 'aws.sqs', messaging_destination_name: 'tasks' },
  ],
  ['rest-api', 'messaging_client_operation_duration_count', { messaging_operation_name: 'send' }],
  ['worker', 'messaging_client_operation_duration_count', { messaging_operation_name: 'receive' }],
  ['worker', 'messaging_client_consumed_messages_total', { messaging_destination_name: 'tasks' }],
  ['worker', 'messaging_process_duration_count', { messaging_destination_name: 'tasks' }],
  ['worker', 'messaging_client_sent_messages_total', { messaging_system_name: 'redis' }],
  ['ws-hub', 'messaging_client_consumed_messages_total', { messaging_system_name: 'redis' }],
  ['ws-hub', 'mesh_websocket_message_duration_count', { mesh_ws_protocol: 'mesh.v1.json' }],
  ['ws-hub', 'otel_sdk_processor_span_processed_total', {}],
  ['ws-hub', 'otel_sdk_processor_span_queue_capacity', {}],
  ['ws-hub', 'otel_sdk_exporter_span_exported_total', {}],
];

it.each(COUNTED)('%s counts in %s %o', async (service, metric, labels) => {
  await vi.waitFor(async () => expect(totalOf(await scrape(service), metric, labels)).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 200,
  });
});

it('rest-api reports the unsent messages of its outbox and the age of the oldest', async () => {
  const text = await scrape('rest-api');
  const queue = { messaging_destination_name: 'tasks' };
  expect(totalOf(text, 'mesh_outbox_messages_unsent', queue)).toBeGreaterThanOrEqual(0);
  expect(totalOf(text, 'mesh_outbox_oldest_age', queue)).toBeGreaterThanOrEqual(0);
});

it('an exemplar names a stored span that took as long as its bucket says', async () => {
  const url = new URL('/metrics', inject('health')['rest-api']);
  const { exemplar, traceId } = await vi.waitFor(
    async () => {
      const { traceId } = await agent.fire('http');
      const text = await (await fetch(url, { headers: { accept: 'application/openmetrics-text' } })).text();
      // Another test may have replaced it since.
      const exemplar = exemplarsOf(text, 'http_server_request_duration').find(
        (one) => one.traceId === traceId,
      );
      return { exemplar: exemplar ?? expect.fail('no exemplar of this trace'), traceId };
    },
    { timeout: 20_000, interval: 200 },
  );
  const spans = await storedSpans(inject('endpoints').traces, traceId, 'GET /api/tasks/:taskId');
  const span = spans.find(({ spanId }) => spanId === exemplar.spanId) ?? expect.fail('no such span');
  expect(span).toMatchObject({ kind: 'server', service: 'rest-api' });
  expect(exemplar.seconds).toBeGreaterThan(exemplar.above);
  expect(exemplar.seconds).toBeLessThanOrEqual(exemplar.upTo);
  // Measured just after the span ended.
  expect(exemplar.seconds * 1_000).toBeGreaterThan(span.durationUs / 1_000 - 1);
  expect(exemplar.seconds * 1_000).toBeLessThan(span.durationUs / 1_000 + 250);
});

/** The exemplars of a histogram in OpenMetrics' format, each with the bounds of its bucket in s. */
function exemplarsOf(text: string, metric: string) {
  const pattern = /le="(.+?)"\} \d+(?: # \{trace_id="(\w+)",span_id="(\w+)"\} (\S+) \S+)?$/;
  const buckets = text.split('\n').filter((line) => line.startsWith(`${metric}_bucket{`));
  let above = 0;
  return buckets.flatMap((line) => {
    const [, le = '', traceId, spanId, value] = pattern.exec(line) ?? expect.fail(line);
    const upTo = le === '+Inf' ? Infinity : Number(le);
    const bucket = { above, upTo, traceId, spanId, seconds: Number(value) };
    above = upTo === Infinity ? 0 : upTo;
    return traceId ? [bucket] : [];
  });
}

it('the worker reports the waiting, the in-flight and the dead messages of its queue', async () => {
  const text = await scrape('worker');
  const queue = { messaging_destination_name: 'tasks' };
  expect(totalOf(text, 'mesh_queue_messages_waiting', queue)).toBeGreaterThanOrEqual(0);
  expect(totalOf(text, 'mesh_queue_messages_in_flight', queue)).toBeGreaterThanOrEqual(0);
  expect(totalOf(text, 'mesh_queue_messages_dead', queue)).toBeGreaterThanOrEqual(0);
});
