// The server of a handshake: context, caller, and signals.
import { EventEmitter, getEventListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { Trust } from '../context/trust.ts';
import { activeTraceId } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { acceptConnection } from './accept.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const INSIDE: Trust = { inside: true };
const request = (headers: Record<string, string> = {}) =>
  ({ url: '/ws', headers }) as unknown as IncomingMessage;
const idleSocket = () => Object.assign(new EventEmitter(), { protocol: '' }) as unknown as WebSocket;
const hello = (fields: object) => Buffer.from(JSON.stringify({ type: 'hello', ...fields }));
const accepted = () => tracing.spans('GET /ws').filter(({ kind }) => kind === SpanKind.SERVER);
const abortListeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('acceptConnection', () => {
  it('does not wait for a first message unless it is given a signal', async () => {
    const { ctx } = await acceptConnection(idleSocket(), request());
    expect(accepted()[0]?.parentSpanContext).toBeUndefined();
    expect(accepted()[0]?.spanContext().traceId).toBe(activeTraceId(ctx));
  });

  it('resolves to a connection that cannot be changed', async () => {
    expect(Object.isFrozen(await acceptConnection(idleSocket(), request()))).toBe(true);
  });

  it.each([
    ['aborts', (_socket: WebSocket, stop: AbortController) => stop.abort()],
    ['closes', (socket: WebSocket) => socket.emit('close')],
    [
      'sends another message',
      (socket: WebSocket) => socket.emit('message', Buffer.from('{"type":"ping"}'), false),
    ],
    ['sends an invalid message', (socket: WebSocket) => socket.emit('message', Buffer.from('{'), false)],
  ])('waits for hello until the client or the signal %s, then starts a new trace', async (_how, end) => {
    const [socket, stop] = [idleSocket(), new AbortController()];
    const settled = vi.fn();
    const accepting = acceptConnection(socket, request(), { hello: stop.signal }).finally(settled);
    await new Promise(setImmediate);
    expect(settled).not.toHaveBeenCalled();
    end(socket, stop);
    await accepting;
    expect(accepted()[0]?.parentSpanContext).toBeUndefined();
    expect(abortListeners(stop.signal)).toBe(0);
    expect(socket.listenerCount('close')).toBe(0);
  });

  it('does not wait on a signal that has aborted', async () => {
    await acceptConnection(idleSocket(), request(), { hello: AbortSignal.abort() });
    expect(accepted()).toHaveLength(1);
  });

  it('does not wait for a client whose handshake has context and authentication', async () => {
    const options = { hello: new AbortController().signal, authenticate: () => INSIDE };
    await acceptConnection(idleSocket(), request({ traceparent: TRACEPARENT }), options);
    expect(accepted()[0]?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it.each([
    ['authenticates a client whose context came in headers', { traceparent: TRACEPARENT }, {}],
    [
      'authenticates a client and takes its context',
      {},
      {
        trace_context: {
          trace_id: TRACEPARENT.slice(3, 35),
          span_id: TRACEPARENT.slice(36, 52),
          trace_flags: '01',
        },
      },
    ],
  ])('by hello %s', async (_what, headers, fields) => {
    const socket = idleSocket();
    const authenticate = vi.fn((first?: { data: unknown }) =>
      (first?.data as { token?: string } | undefined)?.token === 'valid' ? INSIDE : undefined,
    );
    const { signal } = new AbortController();
    const accepting = acceptConnection(socket, request(headers as Record<string, string>), {
      hello: signal,
      authenticate,
    });
    socket.emit('message', hello({ ...fields, data: { token: 'valid', agentId: 'ada' } }), false);
    const connection = await accepting;
    expect(connection).toMatchObject({ trust: INSIDE, agentId: 'ada' });
    expect(authenticate).toHaveBeenCalledTimes(2);
    expect(accepted()[0]?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(abortListeners(signal)).toBe(0);
  });
});
