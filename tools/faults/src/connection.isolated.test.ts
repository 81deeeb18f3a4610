// A process's connection, against a lab, and against servers that are not one.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Span, trace } from '@opentelemetry/api';
import { afterAll, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

vi.hoisted(() => vi.stubEnv('OTEL_SERVICE_NAME', 'worker'));
afterAll(() => vi.unstubAllEnvs());

import { FIRST_KNOBS_MS, openConnection } from './connection.ts';
import { NO_KNOBS } from './knobs.ts';
import { openLab } from './lab.fixture.ts';
import { keepInjection, knobs, MAX_WAITING, takeInjections } from './state.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1 }) as Span;
const inject = (value: string) => keepInjection('redis', span, { value });
const textOf = (value: string) => `"trace_context": ${JSON.stringify({ value }, null, 2)}`;

it('the newest injections are kept while no lab is connected', () => {
  for (let n = 0; n <= MAX_WAITING; n++) inject(String(n));
  const values = takeInjections(Number.POSITIVE_INFINITY).map(({ carrier }) => carrier.value);
  expect([values.length, values[0]]).toEqual([MAX_WAITING, '1']);
});

it('an injection outside a trace is not kept', () => {
  keepInjection('redis', undefined, {});
  expect(takeInjections(1)).toEqual([]);
});

it('a process starts with the knobs, reports what it kept, follows each change, and resets without a lab', async () => {
  inject('before');
  let port: string;
  {
    await using open = await openLab();
    ({ port } = new URL(open.url));
    await open.lab.setKnobs({ fail: ['worker'] });
    await openConnection(open.url);
    expect(knobs().fail).toEqual(['worker']);
    inject('after');
    const reported = () => open.lab.wire(TRACE_ID).map(({ service, text }) => [service, text]);
    await vi.waitFor(() =>
      expect(reported()).toEqual([
        ['worker', textOf('before')],
        ['worker', textOf('after')],
      ]),
    );
    expect(await open.lab.setKnobs({ slow: ['worker'] })).toEqual({ applied: ['worker'], missing: [] });
    expect(knobs()).toEqual(open.lab.knobs());
  }
  await vi.waitFor(() => expect(knobs()).toEqual(NO_KNOBS));

  inject('meanwhile');
  await using again = await openLab({ port: Number(port) });
  await vi.waitFor(() => expect(again.lab.services()).toEqual(['worker']), 5_000);
  const texts = () => again.lab.wire(TRACE_ID).map(({ text }) => text);
  await vi.waitFor(() => expect(texts()).toEqual([textOf('meanwhile')]));
});

/** A server that accepts every socket and is not a lab. */
async function openOther(onSocket: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', onSocket);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  return { url: `ws://127.0.0.1:${port}/lab`, [Symbol.dispose]: close };
}

it('a process waits for its first knobs until the timeout', async () => {
  using other = await openOther(() => undefined);
  const began = performance.now();
  const waitMs = 100;
  await openConnection(other.url, waitMs);
  const waited = performance.now() - began;
  // Timers count whole ms.
  expect(waited).toBeGreaterThanOrEqual(waitMs - 1);
  expect(waited).toBeLessThan(FIRST_KNOBS_MS);
  expect(knobs()).toEqual(NO_KNOBS);
});

it('a process closes a connection that sends anything but knobs, and starts without', async () => {
  const closed = Promise.withResolvers<number>();
  using other = await openOther((socket) => {
    socket.on('close', closed.resolve);
    socket.send('what is a knob?');
  });
  await openConnection(other.url);
  expect(await closed.promise).toBe(1008);
  expect(knobs()).toEqual(NO_KNOBS);
});
