// edge-mcp over stdio: only the protocol on stdout, logs on stderr, and all spans exported before exit.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';
import { traceWhen } from '../trace-when.ts';

const endpoints = inject('endpoints');
const cwd = fileURLToPath(new URL('../../services/edge-mcp', import.meta.url));
const args = ['--import', '@trace-mesh/tracing/register', 'src/stdio.ts'];
const env = {
  OTEL_SERVICE_NAME: 'edge-mcp',
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
  REST_API_URL: endpoints['rest-api'],
  WS_HUB_URL: endpoints['ws-hub'],
  KEYS_DIR: CHECKOUT_KEYS,
  MESH_TOKEN: tokens.token(),
};

describe.each([
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025-11-25', 'legacy'],
] as const)('over stdio, %s', (version, mode) => {
  it('the tool span continues the context of _meta and is exported before the process exits', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd, env }));
    const traceId = randomBytes(16).toString('hex');
    const { structuredContent } = await client.callTool({
      name: 'create_task',
      arguments: { prompt: 'Name a colour.' },
      _meta: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    expect(structuredContent).toMatchObject({ traceId, result: expect.any(String) });
    await client.close();

    const named = ({ name }: { name: string }) => name === 'tools/call create_task';
    const trace = await traceWhen(endpoints.traces, traceId, ({ spans }) =>
      expect(spans.filter(named)).toHaveLength(1),
    );
    const tool = trace.spans.find(named);
    expect(tool?.parentSpanId).toBe('00f067aa0ba902b7');
    expect(tool?.attributes).toMatchObject({
      'mesh.tenant.id': 'demo',
      'mesh.user.id': 'agent',
      'mcp.protocol.version': version,
      'network.transport': 'pipe',
    });
  });
});

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
};

it('edge-mcp over stdio writes only the protocol to stdout, and exits when stdin closes', async () => {
  const child = execa(process.execPath, args, {
    cwd,
    env: { ...env, WS_HUB_URL: 'ws://127.0.0.1:9/ws' },
    stdin: 'pipe',
    buffer: { stdout: false },
  });
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  const lines: string[] = [];
  for await (const line of child.iterable({ from: 'stdout' })) {
    lines.push(line);
    child.stdin.end();
  }
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ id: 1, result: {} }]);
  expect(stderr).toContain('ws-hub connection failed');
});

it('edge-mcp over stdio exits with 0 when its client closed stdout before stdin', async () => {
  const child = execa(process.execPath, args, { cwd, env, stdin: 'pipe', buffer: false });
  const refused = child.iterable({ from: 'stderr' });
  child.stdout.destroy();
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  // The answer cannot be written; edge-mcp then stops reading.
  for await (const line of refused) if (line.includes('EPIPE')) child.stdin.end();
  expect((await child).exitCode).toBe(0);
});

it.each([
  [{ REST_API_URL: 'nowhere' }, 'REST_API_URL'],
  [{ MESH_TOKEN: '' }, 'MESH_TOKEN'],
  [{ MESH_TOKEN: 'noise' }, 'MESH_TOKEN: the token is invalid or expired'],
  [{ KEYS_DIR: '/nowhere' }, 'KEYS_DIR'],
])(
  'edge-mcp over stdio reports an invalid configuration in one line on stderr: %j',
  async (wrong, message) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, args, {
      cwd,
      env: { ...env, ...wrong },
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '').msg).toContain(message);
  },
);
