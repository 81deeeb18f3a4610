// The trace doctor for agents over stdio, on a running mesh: only the protocol on stdout, and its own calls in the agent's trace.
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { openAgent } from '@trace-mesh/scenarios/fire';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { beforeAll, expect, inject, it } from 'vitest';
import { traceWhen } from '../trace-when.ts';

const COMMAND = fileURLToPath(new URL('../../tools/cli/src/trace/main.ts', import.meta.url));
const endpoints = inject('endpoints');
const args = [COMMAND, 'mcp', '--traces', endpoints.traces];
const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp };
/** A whole trace, and its root. */
async function firedTrace() {
  await using agent = openAgent(endpoints);
  const { traceId } = await agent.fire('http');
  const { trace } = await waitForTrace(endpoints.traces, traceId, [], { timeoutMs: 10_000 });
  return { traceId, root: trace.spans.find((span) => !span.parentSpanId) };
}
let fired: Awaited<ReturnType<typeof firedTrace>>;
beforeAll(async () => {
  fired = await firedTrace();
});

it.concurrent.each([
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025-11-25', 'legacy'],
] as const)(
  'a call to the doctor is a child of the agent’s span and does not disturb the trace that it was asked about, %s',
  async (version, mode) => {
    const { traceId, root } = fired;
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
    const ask = (_meta?: Record<string, string>) =>
      client.callTool({ name: 'check_trace', arguments: { traceId }, ...(_meta && { _meta }) });
    const { structuredContent: first } = await ask({ traceparent: `00-${traceId}-${root?.spanId}-01` });
    expect(first).toMatchObject({ ok: true, scenario: 'http', brokenHops: 0 });

    const isOwn = ({ service, attributes }: Span) =>
      service === 'trace-doctor' && attributes['mcp.protocol.version'] === version;
    const grown = await traceWhen(endpoints.traces, traceId, ({ spans }) =>
      expect(spans.filter(isOwn)).toHaveLength(1),
    );
    expect(grown.spans.find(isOwn)).toMatchObject({
      name: 'tools/call check_trace',
      kind: 'server',
      parentSpanId: root?.spanId,
      attributes: { 'network.transport': 'pipe' },
    });
    const { structuredContent: second } = await ask();
    expect(second).toMatchObject({ ok: true, services: expect.not.arrayContaining(['trace-doctor']) });
    await client.close();
  },
);

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

it('the doctor over stdio writes only the protocol to stdout, and exits with 0 when stdin ends', async () => {
  const child = execa(process.execPath, args, { stdin: 'pipe' });
  child.stdin.write(`{"jsonrpc":"1.0"}\n${JSON.stringify(initialize)}\n`);
  child.stdout.once('data', () => child.stdin.end());
  const { exitCode, stdout, stderr } = await child;
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => JSON.parse(line))).toMatchObject([{ id: 1, result: {} }]);
  expect(stderr).toContain('MCP message refused');
});
