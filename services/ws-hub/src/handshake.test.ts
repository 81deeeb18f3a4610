import { once } from 'node:events';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { withSpan } from '@trace-mesh/tracing/span';
import { jsonCodec } from '@trace-mesh/tracing/websocket';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { hubFrames } from './frames.ts';
import { access, openClient, startTestHub, WAIT } from './hub.fixture.ts';

const hub = await startTestHub();
afterEach(() => hub.tracing.reset());
afterAll(() => hub[Symbol.asyncDispose]());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const handshakes = () => hub.tracing.spans('GET /ws').filter((span) => span.kind === SpanKind.SERVER);

/** A plain `ws` client with these subprotocols and headers. Resolves when the hub's span has ended. */
async function foreign(protocols: string[], headers: Record<string, string>, first?: string | Buffer) {
  const authorization = access.bearer();
  const socket = new WebSocket(hub.url, protocols, { headers: { authorization, ...headers } });
  await once(socket, 'open');
  if (first !== undefined) socket.send(first);
  await vi.waitFor(() => expect(handshakes()).toHaveLength(1), WAIT);
  socket.close();
  const [span] = handshakes();
  return { parent: span?.parentSpanContext, attributes: span?.attributes, protocol: socket.protocol };
}

describe('the handshake', () => {
  it.each(['headers', 'protocol', 'hello'] as const)(
    'is a child of the client when it comes by %s',
    async (via) => {
      for (const codec of [jsonCodec, hubFrames()]) {
        hub.tracing.reset();
        const client = await withSpan('agent', { parent: ROOT_CONTEXT }, () =>
          openClient(hub.url, { via, codec, agentId: 'ada' }),
        );
        await client.send('ping', 1);
        await client.next('pong');
        const [opened] = hub.tracing.spans('GET /ws').filter((span) => span.kind === SpanKind.CLIENT);
        const [accepted] = handshakes();
        expect(accepted?.parentSpanContext?.spanId).toBe(opened?.spanContext().spanId);
        expect(accepted?.attributes).toMatchObject({ 'mesh.agent.id': 'ada', 'http.route': '/ws' });
        expect(hub.registry.connections()).toContainEqual({
          connectionId: expect.any(String),
          traceId: opened?.spanContext().traceId,
          agentId: 'ada',
          protocol: codec.protocol,
        });
        client.close();
      }
    },
  );

  it('returns the trace id in the answer to hello, and in X-Trace-ID if the request carries context', async () => {
    const client = await openClient(hub.url, { via: 'hello' });
    const [opened] = hub.tracing.spans('GET /ws');
    expect((await client.next('welcome')).data).toEqual({ traceId: opened?.spanContext().traceId });
    client.close();

    const headers = { authorization: access.bearer(), traceparent: TRACEPARENT };
    const socket = new WebSocket(hub.url, { headers });
    const [response] = await once(socket, 'upgrade');
    expect(response.headers['x-trace-id']).toBe(TRACE);
    socket.terminate();
  });

  it('reads tracestate from a subprotocol, as base64url', async () => {
    const tracestate = Buffer.from('vendor=a,other=b').toString('base64url');
    const { parent, protocol } = await foreign(
      ['mesh.v1.json', `traceparent.${TRACEPARENT}`, `tracestate.${tracestate}`],
      {},
    );
    expect(protocol).toBe('mesh.v1.json');
    expect(parent?.spanId).toBe('b7ad6b7169203331');
    expect(parent?.traceState?.serialize()).toBe('vendor=a,other=b');
  });

  it('prefers the headers to a subprotocol', async () => {
    const other = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const { parent } = await foreign(['mesh.v1.json', `traceparent.${other}`], { traceparent: TRACEPARENT });
    expect(parent?.traceId).toBe(TRACE);
  });

  it.each([
    ['nothing', [], {}],
    ['noise', ['mesh.v1.json', 'traceparent.noise'], { traceparent: 'noise' }],
    ['an id of zeros', [], { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
  ])('starts a new trace with %s, at the first message', async (_what, protocols, headers) => {
    const { parent } = await foreign(protocols, headers as Record<string, string>, '{"type":"ping"}');
    expect(parent).toBeUndefined();
  });

  it('starts a new trace for a client that closes without a message', async () => {
    const socket = new WebSocket(hub.url);
    await once(socket, 'open');
    socket.close();
    await vi.waitFor(() => expect(handshakes()).toHaveLength(1), WAIT);
    expect(handshakes()[0]?.parentSpanContext).toBeUndefined();
    await vi.waitFor(() => expect(hub.registry.connections()).toEqual([]), WAIT);
  });

  it('ignores an agent id that is not a token', async () => {
    const { attributes } = await foreign([], { traceparent: TRACEPARENT, 'x-agent-id': 'a b\tc' });
    expect(attributes).not.toHaveProperty('mesh.agent.id');
  });

  it('refuses a client that offers only unknown subprotocols', async () => {
    const socket = new WebSocket(hub.url, ['other.v9']);
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('no subprotocol');
  });
});
