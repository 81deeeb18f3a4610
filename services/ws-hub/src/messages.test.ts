import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { decodeFrame, encodeFrame, type Frame } from '@trace-mesh/tracing/frame';
import { withSpan } from '@trace-mesh/tracing/span';
import { type Codec, jsonCodec } from '@trace-mesh/tracing/websocket';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_JSON_BYTES } from './client-socket.ts';
import { hubFrames } from './frames.ts';
import { access, openClient, startTestHub, WAIT } from './hub.fixture.ts';
import { isAfter } from './messages.ts';

const hub = await startTestHub();
afterEach(() => hub.tracing.reset());
afterAll(() => hub[Symbol.asyncDispose]());

const event = (taskId: string) => ({
  taskId,
  tenantId: 'acme',
  status: 'done' as const,
  result: 'R '.repeat(300),
});
const codecs: [string, () => Codec][] = [
  ['JSON envelopes', () => jsonCodec],
  ['MCPW frames', () => hubFrames()],
  ['MCPW frames, all compressed', () => hubFrames(0)],
];

/** A client without subprotocol and context. Sends one message and resolves with the answer. */
async function askRaw(message: string | Buffer, protocol?: string): Promise<Buffer> {
  const headers = { authorization: access.bearer() };
  const socket = new WebSocket(hub.url, protocol ? [protocol] : [], { headers });
  await once(socket, 'open');
  socket.send(message);
  const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(WAIT.timeout) });
  socket.close();
  return answer as Buffer;
}

const frame = (change: Partial<Frame> = {}) =>
  encodeFrame({
    type: 'request',
    method: 6,
    sequence: 5n,
    compressed: false,
    batch: false,
    payload: Buffer.from(JSON.stringify({ taskId: randomUUID() })),
    ...change,
  });

describe.each(codecs)('messages as %s', (_name, codec) => {
  it('are children of the sending span, in both directions, and link to their connection', async () => {
    const taskId = randomUUID();
    const client = await openClient(hub.url, { codec: codec() });
    await withSpan('agent', { parent: ROOT_CONTEXT }, () => client.send('subscribe', { taskId }));
    await client.next('subscribed');
    await hub.announce(event(taskId));
    await client.next('task.updated');
    await vi.waitFor(() => expect(hub.tracing.spans('process task.updated')).toHaveLength(1), WAIT);

    const spanId = (name: string) => hub.tracing.spans(name)[0]?.spanContext().spanId;
    const parentOf = (name: string) => hub.tracing.spans(name)[0]?.parentSpanContext?.spanId;
    const linkOf = (name: string) => hub.tracing.spans(name)[0]?.links[0]?.context.spanId;
    const [opened] = hub.tracing.spans('GET /ws').filter((span) => !span.parentSpanContext);
    const [accepted] = hub.tracing.spans('GET /ws').filter((span) => span.parentSpanContext);
    expect(parentOf('send subscribe')).toBe(spanId('agent'));
    expect(parentOf('process subscribe')).toBe(spanId('send subscribe'));
    expect(parentOf('send task.updated')).toBe(spanId('process task-events'));
    expect(parentOf('process task.updated')).toBe(spanId('send task.updated'));
    expect(linkOf('process subscribe')).toBe(accepted?.spanContext().spanId);
    expect(linkOf('process task.updated')).toBe(opened?.spanContext().spanId);
    client.close();
  });

  it('do not mix the contexts of 100 concurrent flows on one connection', async () => {
    const client = await openClient(hub.url, { codec: codec() });
    const flows = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        withSpan(`flow ${n}`, { parent: ROOT_CONTEXT }, async (span) => {
          await client.send('ping', { n });
          return span.spanContext();
        }),
      ),
    );
    await vi.waitFor(() => expect(hub.tracing.spans('process pong')).toHaveLength(100), WAIT);
    for (const name of ['process ping', 'send pong', 'process pong']) {
      const traces = hub.tracing.spans(name).map((span) => span.spanContext().traceId);
      expect(new Set(traces)).toEqual(new Set(flows.map(({ traceId }) => traceId)));
    }
    client.close();
  });
});

describe('the hub', () => {
  it('serves an old JSON client, without subprotocol and without context, in a new trace', async () => {
    const taskId = randomUUID();
    const answer = await askRaw(JSON.stringify({ type: 'subscribe', data: { taskId } }));
    expect(JSON.parse(answer.toString())).toMatchObject({ type: 'subscribed', data: { taskId } });
    await vi.waitFor(() => expect(hub.tracing.spans('process subscribe')).toHaveLength(1), WAIT);
    expect(hub.tracing.spans('process subscribe')[0]?.parentSpanContext).toBeUndefined();
  });

  it.each([undefined, 'mesh.v1.mcpw'])(
    'serves an old binary client, subprotocol %s, no trace block',
    async (name) => {
      const answer = decodeFrame(await askRaw(frame(), name));
      expect(answer).toMatchObject({ type: 'response', method: 6, sequence: 5n });
      await vi.waitFor(() => expect(hub.tracing.spans('process subscribe')).toHaveLength(1), WAIT);
      expect(hub.tracing.spans('process subscribe')[0]?.parentSpanContext).toBeUndefined();
    },
  );

  it.each([
    ['encrypted', 6, 2],
    ['unknown_flags', 6, 0x40],
    ['unknown_method', 17, 3],
  ])('answers a frame that is %s with an error frame', async (code, at, value) => {
    const bytes = frame();
    bytes.writeUInt8(value, at === 6 ? 7 : at);
    const answer = decodeFrame(await askRaw(bytes, 'mesh.v1.mcpw'));
    expect(answer).toMatchObject({ type: 'error', sequence: 5n });
    expect(JSON.parse(answer.payload.toString())).toMatchObject({ code });
  });

  it.each([
    ['malformed', 'noise'],
    ['malformed', '{"data":1}'],
    ['malformed', '{"type":"subscribe","data":{"taskId":"x"}}'],
    ['unknown_type', '{"type":"toString"}'],
    ['too_large', JSON.stringify({ type: 'ping', data: 'x'.repeat(MAX_JSON_BYTES) })],
  ])('answers %s and keeps the connection', async (code, text) => {
    const answer = await askRaw(text);
    expect(JSON.parse(answer.toString())).toMatchObject({ type: 'error', data: { code } });
  });

  it('answers a failing message in the trace of its sender', async () => {
    const client = await openClient(hub.url);
    const sent = await withSpan('agent', { parent: ROOT_CONTEXT }, async () => {
      await client.send('subscribe', { taskId: 'x' });
      return trace.getSpanContext(context.active())?.traceId;
    });
    const refused = await client.next('error');
    const [processed] = hub.tracing.spans('process subscribe');
    const { traceId, spanId } = processed?.spanContext() ?? {};
    expect(refused.data).toMatchObject({ code: 'malformed', trace_id: traceId, span_id: spanId });
    await vi.waitFor(() => expect(hub.tracing.spans('send error')).toHaveLength(1), WAIT);
    const [answered] = hub.tracing.spans('send error');
    expect(answered?.parentSpanContext?.spanId).toBe(processed?.spanContext().spanId);
    expect(answered?.spanContext().traceId).toBe(sent);
    client.close();
  });

  it('sends one event to three sockets, each push in a separate child span of the event', async () => {
    const taskId = randomUUID();
    const clients = await Promise.all(['a', 'b', 'c'].map((agentId) => openClient(hub.url, { agentId })));
    for (const client of clients) {
      await client.send('subscribe', { taskId });
      await client.next('subscribed');
    }
    await hub.announce(event(taskId));
    await Promise.all(clients.map((client) => client.next('task.updated')));
    await vi.waitFor(() => expect(hub.tracing.spans('send task.updated')).toHaveLength(3), WAIT);
    const pushes = hub.tracing.spans('send task.updated');
    const [received] = hub.tracing.spans('process task-events');
    expect(pushes.map((span) => span.attributes['mesh.agent.id']).sort()).toEqual(['a', 'b', 'c']);
    for (const push of pushes) expect(push.parentSpanContext?.spanId).toBe(received?.spanContext().spanId);
    for (const client of clients) client.close();
  });
});

describe('event ids', () => {
  it.each([
    ['2-0', '1-9', true],
    ['1-10', '1-9', true],
    ['10-0', '9-0', true],
    ['1-1', '1-1', false],
    ['1-0', '1-1', false],
    ['5-1', '05-1', false],
    ['05-2', '5-1', true],
  ])('%s is after %s: %s', (a, b, expected) => expect(isAfter(a, b)).toBe(expected));
});
