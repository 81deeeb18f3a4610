// A client that is not ours: the MCP Inspector's command line brings a traceparent, and it is the tool span's exact parent.
import { randomBytes, randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';
import { traceWhen } from '../trace-when.ts';
import { ERAS, INSPECTOR } from './inspector.fixture.ts';

const TIMEOUT_MS = 240_000;

it.each(ERAS)(
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

    await traceWhen(endpoints.traces, traceId, ({ spans }) => {
      const tool = spans.filter((span) => span.name === 'tools/call create_task');
      expect(tool.map((span) => [span.kind, span.parentSpanId])).toEqual([['server', spanId]]);
    });
  },
  TIMEOUT_MS,
);
