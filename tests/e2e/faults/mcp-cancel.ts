// Row 25: cancellation and deadlines stop the work hop by hop. The ledger is frozen, so that each call is in progress.
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { checkEdges, type Edge } from '@trace-mesh/trace-doctor/edges';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokens } from '../../tokens.ts';
import { traceWhen } from '../../trace-when.ts';
import { mesh, part } from './mesh.ts';

const RESERVE = 'mesh.ledger.v1.CostLedger/Reserve';

beforeAll(() => part('cost-ledger').pause());
afterAll(() => part('cost-ledger').resume());

type Selector = Edge['from'];
const edge = (from: Selector, to: Selector): Edge => ({
  from,
  to,
  transport: 'any',
  relation: 'parent',
  row: 25,
});
const span = (
  service: string,
  kind: Selector['kind'],
  name: string,
  attributes?: Selector['attributes'],
): Selector => ({ service, kind, name, ...(attributes && { attributes }) });

const gone = { 'error.type': 'cancelled' };
const tool = span('edge-mcp', 'server', 'tools/call create_task', gone);
const httpOut = span('edge-mcp', 'client', 'POST');
const httpIn = span('rest-api', 'server', 'POST /api/tasks', gone);

/** Waits until every edge holds. */
const holds = (traceId: string, edges: Edge[]) =>
  traceWhen(mesh.endpoints.traces, traceId, (trace) => {
    const broken = checkEdges(trace, edges).filter((hop) => !hop.ok);
    expect(broken.map((hop) => hop.why)).toEqual([]);
  });

describe.each([
  ['modern', { pin: '2026-07-28' }],
  ['legacy', 'legacy'],
] as const)('a cancelled call, %s era', (_era, mode) => {
  it('ends immediately in every process, and each span records the cancellation', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(mesh.endpoints['edge-mcp']), {
        requestInit: { headers: { authorization: tokens.bearer() } },
      }),
    );
    const traceId = randomBytes(16).toString('hex');
    const cancel = new AbortController();
    const call = client.callTool(
      {
        name: 'create_task',
        arguments: { prompt: 'Name a colour.', taskId: randomUUID() },
        _meta: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      },
      { signal: cancel.signal },
    );
    const rejected = expect(call).rejects.toThrow('enough');
    // The tool calls rest-api after the hub's acknowledgement; the ledger never answers.
    const subscribed = edge(
      span('ws-hub', 'producer', 'send subscribed'),
      span('edge-mcp', 'consumer', 'process subscribed'),
    );
    await holds(traceId, [subscribed]);
    cancel.abort('enough');
    await rejected;

    const reserve = span('rest-api', 'client', RESERVE, { 'error.type': 'CANCELLED' });
    await holds(traceId, [edge(tool, httpOut), edge(httpOut, httpIn), edge(httpIn, reserve)]);
    // edge-mcp still serves.
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });
});

it('an HTTP deadline continues over gRPC', async () => {
  const traceId = randomBytes(16).toString('hex');
  const response = await fetch(new URL('/api/tasks', mesh.endpoints['rest-api']), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: tokens.bearer(),
      'x-request-timeout-ms': '300',
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify({ prompt: 'Name a colour.' }),
  });
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ title: 'deadline exceeded', status: 504 });
  const server = span('rest-api', 'server', 'POST /api/tasks');
  const trace = await holds(traceId, [edge(server, span('rest-api', 'client', RESERVE))]);
  const call = trace.spans.find(({ name }) => name === RESERVE);
  expect(call?.attributes['error.type']).toMatch(/^(DEADLINE_EXCEEDED|CANCELLED)$/);
});
