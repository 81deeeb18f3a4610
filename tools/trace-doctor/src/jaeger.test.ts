import { expect, it } from 'vitest';
import { body, span, store, TRACE_ID } from './jaeger.fixture.ts';
import { fetchServices, fetchTrace, fetchTraces } from './jaeger.ts';

it('reads a span with its parent, links, kind, status and events', async () => {
  const { url, paths } = await store(200, body(span));
  const trace = await fetchTrace(`${url}/`, TRACE_ID);
  expect(paths).toEqual([`/api/traces/${TRACE_ID}`]);
  expect(trace).toEqual({
    traceId: TRACE_ID,
    spans: [
      {
        traceId: TRACE_ID,
        spanId: 'b7ad6b7169203331',
        parentSpanId: '00f067aa0ba902b8',
        links: [{ traceId: TRACE_ID, spanId: '00f067aa0ba902b7' }],
        name: 'process tasks',
        kind: 'consumer',
        service: 'worker',
        startUs: 1_700_000_000_000_000,
        durationUs: 2500,
        attributes: {
          'span.kind': 'consumer',
          'messaging.batch.message_count': 3,
          'otel.status_code': 'ERROR',
          'otel.status_description': 'the model is gone',
        },
        events: [{ name: 'retry', timeUs: 7, attributes: { attempt: 2 } }],
        status: { code: 'ERROR', message: 'the model is gone' },
        resource: { 'service.name': 'worker' },
      },
    ],
  });
});

it('reads the events of a span in the order of time, whatever order the store has', async () => {
  const log = (timestamp: number, event: string) => ({
    timestamp,
    fields: [{ key: 'event', type: 'string', value: event }],
  });
  const { url } = await store(200, body({ ...span, logs: [log(9, 'exception'), log(5, 'a'), log(7, 'b')] }));
  const [read] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(read?.events.map(({ name }) => name)).toEqual(['a', 'b', 'exception']);
});

it('reads a bare root: no references, tags or logs', async () => {
  const { url } = await store(200, body({ ...span, references: [], tags: null, logs: null }));
  const [root] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(root).toMatchObject({ kind: 'internal', links: [], events: [], attributes: {} });
  expect(root).not.toHaveProperty('parentSpanId');
  expect(root).not.toHaveProperty('status');
});

it('services are listed, and traces searched by service, time and attributes', async () => {
  const { url, paths } = await store(200, { data: ['agent', 'jaeger', 'worker'] });
  const withoutJaegersOwn = ['agent', 'worker'];
  expect(await fetchServices(`${url}/`)).toEqual(withoutJaegersOwn);
  const none = await store(200, { data: null });
  const search = { limit: 5, startUs: 1, endUs: 2, attributes: { 'mesh.link.trace_id': TRACE_ID } };
  expect(await fetchTraces(none.url, 'worker', search)).toEqual([]);
  expect(paths).toEqual(['/api/services']);
  const { searchParams } = new URL(none.paths[0] ?? '', url);
  expect(Object.fromEntries(searchParams)).toEqual({
    service: 'worker',
    limit: '5',
    start: '1',
    end: '2',
    tags: JSON.stringify({ 'mesh.link.trace_id': TRACE_ID }),
  });
});

it('each query has an unsampled parent of its own, so that Jaeger does not record it', async () => {
  const { url, parents } = await store(200, { data: [] });
  await fetchServices(url);
  await fetchTrace(url, TRACE_ID);
  await fetchTraces(url, 'worker', { limit: 1 });
  expect(parents).toHaveLength(3);
  for (const parent of parents) expect(parent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
  expect(new Set(parents).size).toBe(3);
});

it('a trace that the store does not have is undefined', async () => {
  const { url } = await store(404, { data: null, errors: [{ code: 404, msg: 'trace not found' }] });
  expect(await fetchTrace(url, TRACE_ID)).toBeUndefined();
});

it.each([
  ['no JSON', '<html>', /did not answer in Jaeger's form/],
  ['a span without an id', body({ ...span, spanID: undefined }), /data\.0\.spans\.0\.spanID/],
])('refuses %s', async (_what, answer, line) => {
  const { url } = await store(200, answer);
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(line);
});

it('the error names the URL when the store fails or does not answer', async () => {
  const { url, close } = await store(500, '');
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(`the trace store answered 500 at ${url}`);
  close();
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(`the trace store does not answer at ${url}`);
});

it('an aborted request rejects with the reason of its signal', async () => {
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(fetchTrace('http://127.0.0.1:1', TRACE_ID, { signal })).rejects.toThrow('Ctrl-C');
});
