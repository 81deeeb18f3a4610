// A process's end of the line, in this process, against a real lab, and against servers that are none.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { context, type Span, trace } from '@opentelemetry/api';
import { afterAll, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

vi.hoisted(() => vi.stubEnv('OTEL_SERVICE_NAME', 'worker'));
afterAll(() => vi.unstubAllEnvs());

import { knobs, MAX_WAITING_RECORDS, takeRecords, tell } from './here.ts';
import { NO_KNOBS } from './knobs.ts';
import { openLab } from './lab.fixture.ts';
import { FIRST_KNOBS_MS, openLink } from './link.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1 }) as Span;

it('keeps the newest records while nobody listens', () => {
  for (let n = 0; n <= MAX_WAITING_RECORDS; n++) tell('redis', 'envelope', String(n), span);
  const texts = takeRecords(Number.POSITIVE_INFINITY).map(({ text }) => text);
  expect([texts.length, texts[0]]).toEqual([MAX_WAITING_RECORDS, '1']);
});

it('notes nothing outside a trace', () => {
  context.with(context.active(), () => tell('redis', 'envelope', 'nobody'));
  expect(takeRecords(1)).toEqual([]);
});

it('has the knobs before it goes on, tells what waited, follows each change, and is at rest without a lab', async () => {
  tell('redis', 'envelope', 'before', span);
  let port: string;
  {
    await using open = await openLab();
    ({ port } = new URL(open.url));
    await open.lab.setKnobs({ fail: ['worker'] });
    await openLink(open.url);
    expect(knobs().fail).toEqual(['worker']);
    tell('redis', 'envelope', 'after', span);
    const told = () => open.lab.wire(TRACE_ID).map(({ service, text }) => [service, text]);
    await vi.waitFor(() =>
      expect(told()).toEqual([
        ['worker', 'before'],
        ['worker', 'after'],
      ]),
    );
    expect(await open.lab.setKnobs({ slow: ['worker'] })).toEqual({ applied: ['worker'], missing: [] });
    expect(knobs()).toEqual(open.lab.knobs());
  }
  await vi.waitFor(() => expect(knobs()).toEqual(NO_KNOBS));

  tell('redis', 'envelope', 'meanwhile', span);
  await using again = await openLab({ port: Number(port) });
  await vi.waitFor(() => expect(again.lab.services()).toEqual(['worker']), 5_000);
  await vi.waitFor(() => expect(again.lab.wire(TRACE_ID).map(({ text }) => text)).toEqual(['meanwhile']));
});

/** A server that takes every socket and is no lab. */
async function openStranger(onSocket: (socket: WebSocket) => void) {
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

it('waits for its first knobs no longer than it is worth', async () => {
  using stranger = await openStranger(() => undefined);
  const began = performance.now();
  const waitMs = 100;
  await openLink(stranger.url, waitMs);
  const waited = performance.now() - began;
  // Timers count whole ms.
  expect(waited).toBeGreaterThanOrEqual(waitMs - 1);
  expect(waited).toBeLessThan(FIRST_KNOBS_MS);
  expect(knobs()).toEqual(NO_KNOBS);
});

it('turns away from who is no lab, and works on', async () => {
  const closed = Promise.withResolvers<number>();
  using stranger = await openStranger((socket) => {
    socket.on('close', closed.resolve);
    socket.send('what is a knob?');
  });
  await openLink(stranger.url);
  expect(await closed.promise).toBe(1008);
  expect(knobs()).toEqual(NO_KNOBS);
});
