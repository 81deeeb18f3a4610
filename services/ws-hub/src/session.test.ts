// Who may open a socket, when it is closed, and whose events it receives.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openTestAccess } from '@trace-mesh/access/testing';
import { type Connection, connect, jsonCodec } from '@trace-mesh/tracing/websocket';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createHubClient } from './client.ts';
import { access, clientOf, closeOf, logger, openClient, startTestHub, WAIT } from './hub.fixture.ts';
import { FROM_THE_START } from './messages.ts';
import { CLOSE_UNAUTHENTICATED } from './session.ts';

const hub = await startTestHub();
const impatient = await startTestHub({ helloTimeoutMs: 50 });
const other = openTestAccess();
afterEach(() => hub.tracing.reset());
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await impatient[Symbol.asyncDispose]();
});

const event = (taskId: string, tenantId = 'acme') => ({
  taskId,
  tenantId,
  status: 'done' as const,
  result: 'R',
});
const service = () =>
  access.services('edge-mcp').tokenFor({ tenantId: 'mesh', userId: 'edge-mcp', scopes: ['tasks:read'] });

/** The HTTP response to a refused upgrade. */
async function refused(headers: Record<string, string>, protocols: string[] = []) {
  const socket = new WebSocket(hub.url, protocols, { headers });
  const [, response] = await once(socket, 'unexpected-response', {
    signal: AbortSignal.timeout(WAIT.timeout),
  });
  response.resume();
  return { status: response.statusCode, challenge: response.headers['www-authenticate'] };
}
const closed = (connection: Connection) => closeOf(connection);
const errorsOf = (client: { received: { type: string; data: unknown }[] }) =>
  client.received.filter(({ type }) => type === 'error').map(({ data }) => (data as { code: string }).code);

describe('an upgrade', () => {
  it.each([
    ['noise', { authorization: 'Bearer noise' }, []],
    ["another mesh's token", { authorization: other.bearer() }, []],
    ['an expired token', { authorization: `Bearer ${access.token({}, 1)}` }, []],
    ['noise as a subprotocol', {}, ['mesh.v1.json', 'bearer.a.b.c']],
  ])('is answered 401 with %s', async (_what, headers, protocols) => {
    const { status, challenge } = await refused(headers as Record<string, string>, protocols);
    expect(status).toBe(401);
    expect(challenge).toBe('Bearer error="invalid_token"');
  });

  it.each([
    ['a foreign host', { host: 'evil.example' }],
    ['a page from elsewhere', { origin: 'http://evil.example' }],
  ])('is answered 403 with %s', async (_what, headers) => {
    expect(await refused({ authorization: access.bearer(), ...headers })).toMatchObject({ status: 403 });
  });
});

describe('a socket', () => {
  it.each(['headers', 'protocol', 'hello'] as const)(
    'is let in with a token that comes by %s',
    async (via) => {
      const client = await openClient(hub.url, { via, codec: jsonCodec });
      await client.send('ping', 1);
      expect((await client.next('pong')).data).toBe(1);
      client.close();
    },
  );

  it('without a token is closed after an error at its first message', async () => {
    const client = clientOf(await connect(hub.url));
    const close = closed(client.connection);
    await client.send('subscribe', { taskId: randomUUID() });
    expect(await close).toBe(CLOSE_UNAUTHENTICATED);
    expect(errorsOf(client)).toEqual(['missing_token']);
  });

  it('with an invalid token in hello is closed after an error', async () => {
    const client = clientOf(await connect(hub.url, {}, { via: 'hello', token: other.token() }));
    expect(await closed(client.connection)).toBe(CLOSE_UNAUTHENTICATED);
    expect(errorsOf(client)).toEqual(['invalid_token']);
  });

  it('without a message is closed at the timeout', async () => {
    const socket = new WebSocket(impatient.url);
    const [code, reason] = await once(socket, 'close', { signal: AbortSignal.timeout(WAIT.timeout) });
    expect(code).toBe(CLOSE_UNAUTHENTICATED);
    expect(String(reason)).toBe('no token was sent in time');
  });

  it('is closed when its token expires', async () => {
    const client = await openClient(hub.url, { token: access.token({}, 1_500) });
    expect(await closed(client.connection)).toBe(CLOSE_UNAUTHENTICATED);
  });
});

describe('a tenant', () => {
  it('receives no push and no replay of another tenant’s task, even with the same task id', async () => {
    const taskId = randomUUID();
    const thief = await openClient(hub.url, { token: access.token({ tenantId: 'globex' }) });
    const owner = await openClient(hub.url);
    await thief.send('subscribe', { taskId });
    await thief.next('subscribed');
    await owner.send('subscribe', { taskId });
    await owner.next('subscribed');
    await hub.announce(event(taskId));
    await owner.next('task.updated');
    await thief.send('subscribe', { taskId, after: FROM_THE_START });
    await thief.send('ping', 1);
    await thief.next('pong');
    expect(thief.received.map(({ type }) => type)).toEqual(['subscribed', 'subscribed', 'pong']);
    thief.close();
    owner.close();
  });

  it('cannot subscribe as another tenant, nor without the scope', async () => {
    const client = await openClient(hub.url);
    await client.send('subscribe', { taskId: randomUUID(), tenantId: 'globex' });
    await client.next('error');
    expect(errorsOf(client)).toEqual(['foreign_tenant']);
    client.close();
    const blind = await openClient(hub.url, { token: access.token({ scopes: ['tasks:write'] }) });
    await blind.send('subscribe', { taskId: randomUUID() });
    await blind.next('error');
    expect(errorsOf(blind)).toEqual(['insufficient_scope']);
    blind.close();
  });

  it('sets no tenant, user or unlisted baggage by the context of its messages', async () => {
    const client = await openClient(hub.url);
    const trace_context = {
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      trace_flags: '01',
      baggage: 'role=admin,mesh.synthetic=1',
      tenant_id: 'globex',
      user_id: 'root',
    };
    client.connection.socket.send(JSON.stringify({ type: 'ping', trace_context, data: 1 }));
    await client.next('pong');
    const found = () =>
      hub.tracing.spans('process ping').find((span) => span.spanContext().traceId === trace_context.trace_id);
    await vi.waitFor(() => expect(found()).toBeDefined(), WAIT);
    const span = found();
    expect(span?.parentSpanContext?.spanId).toBe(trace_context.span_id);
    expect(span?.attributes).toMatchObject({ 'mesh.tenant.id': 'acme', 'mesh.user.id': 'ada' });
    const [answer] = client.received;
    expect(JSON.stringify(answer)).not.toContain('globex');
    client.close();
  });
});

describe('a service', () => {
  it('receives events of many tenants over one socket, each at its own listener', async () => {
    const taskId = randomUUID();
    const received: string[] = [];
    await using client = createHubClient(hub.url, { agentId: 'edge-mcp', token: service }, logger);
    const listen = (tenantId: string) =>
      client.listen(
        { taskId, tenantId },
        { onEvent: (event) => received.push(`${tenantId} ${event.tenantId}`) },
      );
    await using _acme = await listen('acme');
    {
      await using _globex = await listen('globex');
      await hub.announce(event(taskId, 'acme'));
      await hub.announce(event(taskId, 'globex'));
      await vi.waitFor(() => expect(received.toSorted()).toEqual(['acme acme', 'globex globex']), WAIT);
    }
    await hub.announce(event(taskId, 'acme'));
    await vi.waitFor(() => expect(received).toHaveLength(3), WAIT);
    expect(received[2]).toBe('acme acme');
  });

  it('closes its connection after the hub has acknowledged that it stopped listening', async () => {
    const times = 10;
    for (let n = 0; n < times; n += 1) {
      await using client = createHubClient(hub.url, { agentId: 'edge-mcp', token: service }, logger);
      await using _listening = await client.listen(
        { taskId: randomUUID(), tenantId: 'acme' },
        { onEvent: () => undefined },
      );
    }
    expect(hub.tracing.spans('process unsubscribed')).toHaveLength(times);
    expect(hub.tracing.spans('send error')).toEqual([]);
  });

  it('must name the tenant', async () => {
    const client = await openClient(hub.url, { token: service() });
    await client.send('subscribe', { taskId: randomUUID() });
    await client.next('error');
    expect(errorsOf(client)).toEqual(['malformed']);
    client.close();
  });
});
