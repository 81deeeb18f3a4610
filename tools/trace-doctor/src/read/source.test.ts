import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startJaegerDouble } from '../jaeger-double.fixture.ts';
import { makeSpan } from '../spans.fixture.ts';
import type { Span } from '../trace.ts';
import { startServer } from './server.fixture.ts';
import { readSources, type SourceOptions } from './source.ts';
import { otlp, otlpProtobuf, zipkin } from './written.fixture.ts';

const span = (digit: string, service: string, parts: Partial<Span> = {}) =>
  makeSpan(digit.repeat(16), service, {
    startUs: 1_000_000,
    resource: { 'service.name': service },
    ...parts,
  });
const shop = span('b', 'shop', { kind: 'client' });
const stock = span('c', 'stock', { parentSpanId: shop.spanId, kind: 'server' });
const { traceId } = shop;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));
async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

const read = (sources: string[], options: Partial<SourceOptions> = {}) =>
  readSources(sources, {
    limit: 100,
    startUs: 0,
    endUs: 9_000_000,
    request: {},
    stdin: Readable.from([]),
    ...options,
  });
const ids = ({ traces }: { traces: { spans: Span[] }[] }) =>
  traces.map(({ spans }) => spans.map(({ spanId }) => spanId[0]).join(''));

describe('files', () => {
  it('of several formats are read together: spans of one trace may be in each', async () => {
    const sources = [await file('a.json', otlp([shop])), await file('b.pb', otlpProtobuf([stock]))];
    expect(ids(await read([...sources, await file('c.json', zipkin([shop, stock]))]))).toEqual(['bc']);
  });

  it('are filtered by service, but a trace stays whole', async () => {
    const source = await file('d.json', otlp([shop, stock, span('d', 'mail', { traceId: 'd'.repeat(32) })]));
    expect(ids(await read([source], { service: 'stock' }))).toEqual(['bc']);
  });

  it('the standard input is a file', async () => {
    const stdin = Readable.from([Buffer.from(JSON.stringify(zipkin([shop])))]);
    expect(ids(await read(['-'], { stdin }))).toEqual(['b']);
  });

  it.each([
    ['missing.json', undefined, /missing\.json: no such file \(check the path\)$/],
    ['.', undefined, /: a folder \(name its files\)$/],
    ['a.json', 'jaeger', /: not an address \(--format jaeger needs http:\/\/HOST:PORT\)$/],
  ] as const)('%s as %s is refused with the fix', async (name, format, message) => {
    await expect(read([join(folder, name)], { ...(format && { format }) })).rejects.toThrow(message);
  });
});

describe('a Jaeger', () => {
  it('is recognized, and the newest traces of each service in the time are read once', async () => {
    await using store = await startJaegerDouble([{ traceId, spans: [shop, stock] }]);
    expect(ids(await read([`${store.url}/`]))).toEqual(['bc']);
    expect(store.requested.filter((path) => path.includes('/traces?'))).toEqual(
      ['shop', 'stock'].map((name) => `/api/traces?service=${name}&limit=100&start=0&end=9000000`),
    );
    expect(ids(await read([store.url], { service: 'mail' }))).toEqual([]);
  });

  it('with more traces than --limit says so', async () => {
    await using store = await startJaegerDouble([{ traceId, spans: [shop] }]);
    const { leftOut } = await read([store.url], { limit: 1 });
    expect(leftOut).toEqual([{ what: 'older traces of shop, beyond --limit', first: store.url }]);
  });

  it('has each trace at an address of its own', async () => {
    await using store = await startJaegerDouble([{ traceId, spans: [shop] }]);
    expect(ids(await read([`${store.url}/api/traces/${traceId}`]))).toEqual(['b']);
  });
});

describe('a Tempo', () => {
  const found = (...traceIds: string[]) => ({ traces: traceIds.map((traceID) => ({ traceID })) });
  const tempo = { '/api/echo': 'echo', '/api/search': found(traceId) };

  it('is recognized, searched by service and time, and read in the current version of its API', async () => {
    await using store = await startServer({
      ...tempo,
      [`/api/v2/traces/${traceId}`]: { trace: otlp([shop, stock], 'base64'), metrics: {} },
    });
    const request = { headers: { 'X-Scope-OrgID': 'tenant-1' } };
    expect(ids(await read([store.url], { service: 'shop', request }))).toEqual(['bc']);
    const search = store.requested.find(({ path }) => path === '/api/search');
    expect(Object.fromEntries(search?.search ?? [])).toEqual({
      ...{ q: '{resource.service.name="shop"}', limit: '100', start: '0', end: '9' },
    });
    expect(store.requested.map(({ headers }) => headers['x-scope-orgid'])).toEqual(
      store.requested.map(() => 'tenant-1'),
    );
    expect(store.requested.every(({ headers }) => /-00$/.test(String(headers.traceparent)))).toBe(true);
  });

  it('of an older version is read through that version’s API', async () => {
    const body = { batches: otlp([shop], 'base64').resourceSpans };
    await using store = await startServer({ ...tempo, [`/api/traces/${traceId}`]: body });
    expect(ids(await read([store.url]))).toEqual(['b']);
  });

  it('that has a trace in part, or no longer, says so', async () => {
    const answer = { trace: otlp([shop]), status: 'PARTIAL', message: 'too large' };
    const shortId = '2f3e0cee77ae5dc';
    await using store = await startServer({
      ...tempo,
      '/api/search': found(traceId, shortId),
      [`/api/v2/traces/${traceId}`]: answer,
    });
    const { leftOut } = await read([store.url]);
    expect(leftOut).toEqual([
      { what: 'parts of traces that the store left out', first: `${store.url}: trace ${traceId}` },
      {
        what: 'traces that the store no longer has',
        count: 1,
        first: `${store.url}: trace ${shortId.padStart(32, '0')}`,
      },
    ]);
  });
});

describe('an address', () => {
  it('of a file is read as a file', async () => {
    await using server = await startServer({ '/spans.pb': otlpProtobuf([shop]) });
    expect(ids(await read([`${server.url}/spans.pb`]))).toEqual(['b']);
    await expect(read([`${server.url}/other.pb`])).rejects.toThrow(/: the answer is 404 \(check the address/);
  });

  it('of another server, or of none, is refused with the fix', async () => {
    await using server = await startServer({ '/api/services': '<html>' });
    await expect(read([server.url])).rejects.toThrow(/: neither Jaeger's nor Tempo's API \(give its base/);
    await expect(read(['http://127.0.0.1:1'])).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1: the trace store does not/,
    );
    await expect(read([server.url], { format: 'tempo' })).rejects.toThrow(/not Tempo's answer/);
  });
});
