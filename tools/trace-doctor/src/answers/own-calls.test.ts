import { expect, it } from 'vitest';
import { startJaegerDouble } from '../jaeger-double.fixture.ts';
import { makeSpan, makeTrace } from '../spans.fixture.ts';
import { DOCTOR_SERVICE, isOwnTrace, withoutOwnCalls } from './own-calls.ts';
import { storeAt } from './store.ts';

const root = makeSpan('root', 'agent');
const mcp = { 'mcp.method.name': 'tools/call' };
const overStdio = makeSpan('stdio', DOCTOR_SERVICE, {
  parentSpanId: 'root',
  kind: 'server',
  attributes: mcp,
});
const overHttp = makeSpan('tool', 'console', { parentSpanId: 'root', kind: 'server', attributes: mcp });
const request = makeSpan('http', 'console', { parentSpanId: 'root', kind: 'server', name: 'POST /mcp' });
const firing = makeSpan('fire', 'console', { parentSpanId: 'root', name: 'POST /api/firings' });
const edge = makeSpan('edge', 'edge-mcp', { parentSpanId: 'root', name: 'POST /mcp', attributes: mcp });

it('a trace is read without the spans of calls to the doctor, over stdio and over HTTP', async () => {
  const trace = makeTrace(root, overStdio, overHttp, request, firing, edge);
  await using store = await startJaegerDouble([trace]);
  const read = await storeAt(store.url, new AbortController().signal).read(trace.traceId);
  expect(read.spans.map(({ spanId }) => spanId)).toEqual(['root', 'fire', 'edge']);
});

it('a trace of calls to the doctor alone is recognized, and can still be read', () => {
  const own = makeTrace(overStdio, request);
  expect(isOwnTrace(own)).toBe(true);
  expect(withoutOwnCalls(own)).toBe(own);
  expect(isOwnTrace(makeTrace(firing, overHttp))).toBe(false);
});
