import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { toJaeger } from './jaeger-double.fixture.ts';
import { processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';
import { judge, waitForTrace } from './wait.ts';

const { parentSpanId: _, ...rootless } = processed;
const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A trace store whose trace grows with each request, up to the last state. */
async function growingStore(...states: Span[][]): Promise<string> {
  let next = 0;
  const server = createServer((_request, response) => {
    const spans = states[Math.min(next++, states.length - 1)] ?? [];
    response
      .writeHead(spans.length > 0 ? 200 : 404)
      .end(JSON.stringify({ data: [toJaeger({ traceId: send.traceId, spans })] }));
  });
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const wait = (url: string, timeoutMs: number, signal?: AbortSignal) =>
  waitForTrace(url, send.traceId, [sqsEdge], { timeoutMs, ...(signal && { signal }) });

it('the verdict waits until the last hop has arrived', async () => {
  const verdict = await wait(await growingStore([], [send], [send, processed]), 5000);
  expect(verdict).toMatchObject({ ok: true, problems: [] });
  expect(verdict.trace.spans).toHaveLength(2);
});

it('the verdict waits for the rest of a trace whose expected hops already hold', async () => {
  const { parentSpanId, ...late } = { ...processed, spanId: 'late', parentSpanId: 'process' };
  const child = { ...late, name: 'settle', parentSpanId };
  const verdict = await wait(await growingStore([send, processed], [send, processed, child]), 5000);
  expect(verdict.trace.spans).toHaveLength(3);
});

it('a quiet store ends the wait after the first span, not before it', async () => {
  const states = [...Array(4).fill([]), [send]];
  const options = { timeoutMs: 60_000, quietMs: 300 };
  const verdict = await waitForTrace(await growingStore(...states), send.traceId, [sqsEdge], options);
  expect(verdict.trace.spans).toEqual([expect.objectContaining({ spanId: send.spanId })]);
});

it('the deadline returns the last state and the broken hops', async () => {
  const verdict = await wait(await growingStore([send, rootless]), 400);
  expect(verdict.ok).toBe(false);
  expect(verdict.hops[0]?.why).toMatch(/has no parent/);
  expect(verdict.problems[0]).toMatch(/2 roots/);
  expect(verdict.trace.spans).toHaveLength(2);
});

it('a trace that is not in the store has the problem that no span arrived', async () => {
  const verdict = await wait(await growingStore([]), 300);
  expect(verdict.trace.spans).toEqual([]);
  expect(verdict.problems).toEqual([`no span of trace ${send.traceId} arrived`]);
});

it('the verdict waits for a trace store that is restarted', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (requests <= 2) return response.destroy();
    response.end(JSON.stringify({ data: [toJaeger({ traceId: send.traceId, spans: [send, processed] })] }));
  });
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await wait(url, 5000)).toMatchObject({ ok: true, problems: [] });
  expect(requests).toBeGreaterThan(2);
});

it('an aborted wait ends immediately', async () => {
  const stop = new AbortController();
  const waiting = wait(await growingStore([send]), 60_000, stop.signal);
  stop.abort(new Error('Ctrl-C'));
  await expect(waiting).rejects.toThrow();
});

it('linked traces are read too, and traces that the scenario started must be whole', async () => {
  const url = await growingStore([send]);
  const begun = 'b'.repeat(32);
  const { problems } = await waitForTrace(url, send.traceId, [], { timeoutMs: 0, relatedTraceIds: [begun] });
  expect(problems).toEqual([]);
  const gone = await growingStore([]);
  const missing = await waitForTrace(gone, send.traceId, [], { timeoutMs: 0, relatedTraceIds: [begun] });
  expect(missing.problems).toContain(`no span of trace ${begun} arrived`);
});

it('with mayBeAbsent a trace that the scenario started need not be there, and the edge into it is unproven', () => {
  const begun = [{ traceId: 'b'.repeat(32), spans: [] }];
  const edge = { ...sqsEdge, relation: 'link', inOtherTrace: true } as const;
  const trace = { traceId: send.traceId, spans: [send] };
  expect(judge(trace, [edge], { begun })).toMatchObject({ ok: false, hops: [{ ok: false }] });
  const unproven = expect.stringContaining('not in the store: sampled away or expired');
  expect(judge(trace, [edge], { begun }, true)).toMatchObject({ ok: true, hops: [{ ok: true, unproven }] });
  expect(judge({ ...trace, spans: [] }, [edge], { begun }, true).ok).toBe(false);
});
