// The /metrics endpoint of every service, scraped as by Prometheus after each service was called.
import { openAgent } from '@trace-mesh/scenarios/fire';
import { own } from '@trace-mesh/topology/services';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

const agent = openAgent(inject('endpoints'));
beforeAll(async () => {
  for (const scenario of [...own.map(({ name }) => name), 'http', 'create-task']) {
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

it('the worker reports the waiting and the in-flight messages of its queue', async () => {
  const text = await scrape('worker');
  const queue = { messaging_destination_name: 'tasks' };
  expect(totalOf(text, 'mesh_queue_messages_waiting', queue)).toBeGreaterThanOrEqual(0);
  expect(totalOf(text, 'mesh_queue_messages_in_flight', queue)).toBeGreaterThanOrEqual(0);
});
