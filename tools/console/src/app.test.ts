// The console's server, for its page and for other callers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { createLab } from '@trace-mesh/faults/server';
import { groups } from '@trace-mesh/scenarios/catalog';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { click, closeConsoles, openConsole, opened, request } from './app.fixture.ts';
import { MAX_BODY } from './app.ts';
import { attachLab, LAB_PATH } from './attach-lab.ts';
import { MAX_FIRINGS_AT_ONCE } from './firings.ts';
import { MAX_PROMPT_LENGTH } from './prompt.ts';

afterEach(closeConsoles);

it('the policy of the page allows connections to this server and to the hub only', async () => {
  const { url } = await openConsole();
  const page = await fetch(url);
  expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' ws://127.0.0.1:20004;");
});

it('the session lists every scenario with what it teaches', async () => {
  const { url } = await openConsole();
  const session = await (await fetch(`${url}/api/session`)).json();
  expect(session.groups.map((group: { title: string }) => group.title)).toEqual(
    groups.map(({ title }) => title),
  );
  for (const { scenarios } of session.groups)
    for (const { teaches } of scenarios) expect(teaches).toMatch(/\w+\.$/);
});

it.each([
  [['agent', 'worker'], true],
  [['agent'], false],
  [[], false],
])('with %j connected the session says hasKnobs: %s', async (services, hasKnobs) => {
  const { url } = await openConsole(undefined, undefined, undefined, services);
  expect(await (await fetch(`${url}/api/session`)).json()).toMatchObject({ hasKnobs });
});

it('its page gets a token, a page of another origin does not', async () => {
  const { post } = await openConsole();
  const given = await post('/api/tokens', {});
  expect(await given.json()).toEqual({ token: 'a-token' });
  expect(given.headers.get('cache-control')).toBe('no-store');
  const foreign = await post('/api/tokens', {}, { origin: 'https://evil.example' });
  expect([foreign.status, await foreign.text()]).toEqual([403, expect.not.stringContaining('a-token')]);
});

it('the knobs are set before firing, and the response names processes that did not confirm them', async () => {
  const { post, applied } = await openConsole();
  const answer = await post('/api/firings', { ...request, knobs: { fail: ['worker'] } });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ missing: ['worker'] });
  expect(applied).toMatchObject([{ fail: ['worker'] }]);
});

it.each([
  ['an unknown scenario', { ...request, scenario: 'nope' }, 404],
  ['an unknown knob', { ...request, knobs: { fail: ['nowhere'] } }, 400],
  ['a blank prompt', { ...request, prompt: '  ' }, 400],
  ['a prompt that is too long', { ...request, prompt: 'x'.repeat(MAX_PROMPT_LENGTH + 1) }, 400],
  ['a malformed trace id', { ...request, click: { ...click, traceId: 'x' } }, 400],
  ['invalid JSON', '{', 400],
  ['a body that is too large', { ...request, prompt: 'x'.repeat(2 * 1024 * 1024) }, 413],
])('%s is refused', async (_, body, status) => {
  const { post } = await openConsole();
  const answer = await post('/api/firings', body);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) });
  expect(MAX_BODY).toBe('1mb');
});

it('at most MAX_FIRINGS_AT_ONCE scenarios run concurrently', async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  const { post } = await openConsole(() => promise);
  const ours = Array.from({ length: MAX_FIRINGS_AT_ONCE }, () => post('/api/firings', request));
  expect((await Promise.all(ours)).map(({ status }) => status)).toEqual(Array(MAX_FIRINGS_AT_ONCE).fill(202));
  expect((await post('/api/firings', request)).status).toBe(429);
  resolve({ result: {}, relatedTraceIds: [] });
});

it('events are sent from the first, or after the one in Last-Event-ID', async () => {
  const { url, post } = await openConsole(async () => ({ result: { answer: 42 }, relatedTraceIds: [] }));
  const { firingId } = await (await post('/api/firings', request)).json();
  const events = `${url}/api/firings/${firingId}/events`;
  const all = await (await fetch(events)).text();
  expect(all).toContain('id: 1\ndata: {"type":"result","result":{"answer":42}}');
  expect(all).toMatch(/id: 2\ndata: {"type":"unsampled"}\n\nevent: over/);
  const rest = await (await fetch(events, { headers: { 'last-event-id': '1' } })).text();
  expect(rest).toMatch(/^id: 2\n/);
  expect((await fetch(`${url}/api/firings/nope/events`)).status).toBe(404);
});

it('a failure has the message of the agent', async () => {
  const { url, post } = await openConsole(() => Promise.reject(new Error('the budget does not hold it')));
  const { firingId } = await (await post('/api/firings', request)).json();
  const events = await (await fetch(`${url}/api/firings/${firingId}/events`)).text();
  expect(events).toContain('{"type":"failed","error":"the budget does not hold it"}');
});

it('a firing has its result while the trace store is unreachable, then an error that says so', async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  const { url, post } = await openConsole(() => promise);
  const { firingId } = await (
    await post('/api/firings', { ...request, click: { ...click, sampled: true } })
  ).json();
  // The first poll of the store has failed when a later request has its response.
  expect((await post('/v1/traces', '{}')).status).toBe(502);
  resolve({ result: { answer: 42 }, relatedTraceIds: [] });
  const events = await (await fetch(`${url}/api/firings/${firingId}/events`)).text();
  expect(events).toContain('{"type":"result","result":{"answer":42}}');
  expect(events).toMatch(/"type":"failed","error":"the trace store does not answer/);
});

it.each(['-1', '0.5', 'x'])('events start over for the Last-Event-ID %s', async (seen) => {
  const { url, post } = await openConsole(async () => ({ result: {}, relatedTraceIds: [] }));
  const { firingId } = await (await post('/api/firings', request)).json();
  const answer = await fetch(`${url}/api/firings/${firingId}/events`, {
    headers: { 'last-event-id': seen },
  });
  expect(await answer.text()).toMatch(/^id: 1\n/);
});

it('the page’s spans are forwarded unchanged, and the response of the trace store is returned', async () => {
  const received: string[] = [];
  const store = createServer(async (request, response) => {
    received.push(`${request.url} ${(await request.toArray()).join('')}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const { post } = await openConsole(undefined, `http://127.0.0.1:${(store.address() as AddressInfo).port}`);
  const answer = await post('/v1/traces', '{"resourceSpans":[]}');
  expect([answer.status, await answer.text()]).toEqual([200, '{"partialSuccess":{}}']);
  expect(received).toEqual(['/v1/traces {"resourceSpans":[]}']);
  store.close();
});

it('the page’s spans are refused with 502 when the trace store is unreachable', async () => {
  const { post } = await openConsole();
  expect((await post('/v1/traces', '{}')).status).toBe(502);
});

it.each([
  ['a page of another origin', LAB_PATH, 'https://evil.example'],
  ['another path', '/other', undefined],
])('a WebSocket of %s is closed', async (_, path, origin) => {
  const { url, server } = await openConsole();
  const lab = createLab();
  opened.add(lab);
  attachLab(server.server, lab, ['127.0.0.1']);
  const socket = new WebSocket(url.replace('http', 'ws') + path, origin ? { origin } : {});
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

it('a scenario continues the trace of the page, with the allowed baggage only', async () => {
  await using _ = startTestTracing();
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const sent = { traceparent, baggage: 'secret=1,mesh.synthetic=yes', 'x-mcp-tenant-id': 'acme' };
  const carriers: Carrier[] = [];
  const fire = async (_name: string, { carrier }: { carrier: Carrier }) => {
    carriers.push(carrier);
    return {};
  };
  const { post } = await openConsole(fire, undefined, propagation.extract(ROOT_CONTEXT, sent));
  expect((await post('/api/firings', request)).status).toBe(202);
  expect(carriers).toEqual([{ traceparent, baggage: 'mesh.synthetic=yes' }]);
});
