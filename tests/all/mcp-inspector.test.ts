// A client that is not ours: the MCP Inspector's command line brings a traceparent, and it is the tool span's exact parent.
import { randomBytes, randomUUID } from 'node:crypto';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
const TIMEOUT_MS = 240_000;
const TRACE_MS = 15_000;

it.each(['modern', 'legacy'])(
  "takes the Inspector's traceparent as the parent, in the %s era",
  async (era) => {
    const endpoints = inject('endpoints');
    const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const taskId = randomUUID();
    const target = ['--cli', endpoints['edge-mcp'], '--transport', 'http', '--protocol-era', era];
    const auth = ['--header', `Authorization: ${tokens.bearer()}`];
    const call = ['--method', 'tools/call', '--tool-name', 'create_task'];
    const args = ['--tool-args-json', JSON.stringify({ prompt: 'Name a colour.', taskId })];
    const meta = ['--tool-metadata', `traceparent=00-${traceId}-${spanId}-01`];
    const { stdout } = await execa('npx', [
      ...['-y', INSPECTOR, ...target, ...auth, ...call, ...args, ...meta],
      ...['--format', 'json', '-q'],
    ]);
    expect(stdout).toContain(taskId);
    expect(stdout).toContain(traceId);

    const { trace } = await waitForTrace(endpoints.traces, traceId, [], { timeoutMs: TRACE_MS });
    const tool = trace.spans.filter((span) => span.name === 'tools/call create_task');
    expect(tool.map((span) => [span.kind, span.parentSpanId])).toEqual([['server', spanId]]);
  },
  TIMEOUT_MS,
);
