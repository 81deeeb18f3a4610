import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, LINKED, open, request, send, TRACE } from './app.fixture.ts';
import { MAX_WAITING_SPANS } from './viewer.ts';

afterEach(closeAll);
// biome-ignore lint/suspicious/noExplicitAny: the assertions check the shape
const json = async (url: string): Promise<any> => (await fetch(url)).json();

describe('the trace store', () => {
  it('returns a trace in the form of Jaeger: parents, links, kind, status, process', async () => {
    const url = await open();
    expect((await send(url, JSON.stringify(request()))).status).toBe(200);
    const answer = await json(`${url}/api/traces/${TRACE}`);
    const [trace] = answer.data;
    expect(trace.traceID).toBe(TRACE);
    const [span] = trace.spans;
    expect(span).toMatchObject({
      traceID: TRACE,
      spanID: '1111111111111111',
      operationName: 'process tasks',
      references: [
        { refType: 'CHILD_OF', traceID: TRACE, spanID: '2222222222222222' },
        { refType: 'FOLLOWS_FROM', traceID: LINKED, spanID: '3333333333333333' },
      ],
      startTime: 1_700_000_000_000_001,
      duration: 500,
    });
    expect(span.tags).toEqual(
      expect.arrayContaining([
        { key: 'attempt', type: 'int64', value: 2 },
        { key: 'tags', type: 'string', value: '["a","b"]' },
        { key: 'span.kind', type: 'string', value: 'consumer' },
        { key: 'otel.status_code', type: 'string', value: 'ERROR' },
        { key: 'otel.status_description', type: 'string', value: 'boom' },
        { key: 'error', type: 'bool', value: true },
        { key: 'w3c.tracestate', type: 'string', value: 'mcp=cost:0.05' },
      ]),
    );
    expect(trace.processes[span.processID]).toEqual({
      serviceName: 'worker',
      tags: [{ key: 'host.name', type: 'string', value: 'here' }],
    });
  });

  it('accepts gzip, and replaces a span that is sent again', async () => {
    const url = await open();
    for (const name of ['first', 'second']) {
      await send(url, Uint8Array.from(gzipSync(JSON.stringify(request({ name })))), {
        'content-encoding': 'gzip',
      });
    }
    const { data } = await json(`${url}/api/traces/${TRACE}`);
    expect(data[0].spans.map((span: { operationName: string }) => span.operationName)).toEqual(['second']);
  });

  it('finds traces by service, operation and tags', async () => {
    const url = await open();
    await send(url, JSON.stringify(request()));
    const found = async (query: string) => (await json(`${url}/api/traces?${query}`)).data.length;
    expect(await found('service=worker')).toBe(1);
    expect(await found('service=worker&operation=other')).toBe(0);
    expect(await found(`service=worker&tags=${encodeURIComponent('{"attempt":"2"}')}`)).toBe(1);
    expect(await found('service=worker&minDuration=1ms')).toBe(0);
    expect((await fetch(`${url}/api/traces?limit=3`)).status).toBe(400);
    expect((await json(`${url}/api/services`)).data).toEqual(['worker']);
  });

  it('answers 404 for an unknown trace and 400 for an invalid trace id', async () => {
    const url = await open();
    expect((await fetch(`${url}/api/traces/${LINKED}`)).status).toBe(404);
    expect((await json(`${url}/api/traces/${LINKED}`)).errors).toEqual([
      { code: 404, msg: 'trace not found' },
    ]);
    expect((await fetch(`${url}/api/traces/not-hex`)).status).toBe(400);
  });

  it('answers 400 for a body that is not OTLP, and stays available', async () => {
    const url = await open();
    expect((await send(url, '{')).status).toBe(400);
    expect(
      (await send(url, new Uint8Array([255, 255]), { 'content-type': 'application/x-protobuf' })).status,
    ).toBe(400);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('answers 403 to a page of another origin', async () => {
    const url = await open();
    const answer = await fetch(`${url}/api/services`, { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
  });

  it('redirects from Jaeger’s path of a trace to the page of the viewer', async () => {
    const url = await open();
    const answer = await fetch(`${url}/trace/${TRACE}`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/#trace=${TRACE}`);
    expect(await (await fetch(url)).text()).toContain('Trace Mesh');
  });

  it('shows spans from before the first visit and from after it', async () => {
    const url = await open();
    await send(url, JSON.stringify(request({ name: 'early' })));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const shown = async () => (await fetch(`${url}/v1/traces`)).text();
    expect(await shown()).toContain('early');
    await send(url, JSON.stringify(request({ name: 'late', spanId: '4444444444444444' })));
    expect(await shown()).toContain('late');
  });

  it('keeps a limited number of spans for the first visitor, and all for the query API', async () => {
    const url = await open();
    const { resourceSpans } = request();
    const [span] = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    const many = (name: string, count: number) => {
      const spans = Array.from({ length: count }, (_, n) => {
        return { ...span, name, traceId: LINKED, spanId: String(n + 1).padStart(16, '0') };
      });
      return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    };
    await send(url, JSON.stringify(request({ name: 'oldest' })));
    await send(url, many('newest', MAX_WAITING_SPANS));
    const shown = await (await fetch(`${url}/v1/traces`)).text();
    expect(shown).toContain('newest');
    expect(shown).not.toContain('oldest');
    expect((await json(`${url}/api/traces/${TRACE}`)).data).toHaveLength(1);
  });

  it('searches the traces that link to another by the attribute of a span or of an event', async () => {
    const url = await open();
    const attributes = [{ key: 'mesh.link.trace_id', value: { stringValue: LINKED } }];
    const event = { timeUnixNano: '1700000000000101000', name: 'link', attributes };
    const other = 'cccccccccccccccccccccccccccccccc';
    for (const span of [{ events: [event] }, { traceId: other, attributes }, { traceId: 'd'.repeat(32) }])
      await send(url, JSON.stringify(request(span)));
    const search = async (conditions: object) => {
      const tags = JSON.stringify({ 'mesh.link.trace_id': LINKED, ...conditions });
      const { data } = await json(`${url}/api/traces?${new URLSearchParams({ service: 'worker', tags })}`);
      return data.map(({ traceID }: { traceID: string }) => traceID);
    };
    expect(await search({})).toEqual([other, TRACE]);
    expect(await search({ attempt: '2' })).toEqual([TRACE]);
  });
});
