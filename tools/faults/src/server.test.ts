// The protocol, over real sockets.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { NO_KNOBS } from './knobs.ts';
import { openLab } from './lab.fixture.ts';
import { MAX_BATCH, MAX_MESSAGE_BYTES } from './protocol.ts';
import { createLab } from './server.ts';
import { MAX_TEXT_LENGTH, type WireRecord } from './wire.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const RECORD: WireRecord = {
  service: 'worker',
  transport: 'redis',
  traceId: TRACE_ID,
  spanId: 'b7ad6b7169203331',
  form: 'envelope',
  text: '"trace_context": {}',
};

interface KnobsMessage {
  type: 'knobs';
  version: number;
  knobs: unknown;
}

/** A process that has sent hello, and what it received. With `confirms` it confirms each version. */
async function join(url: string, service: string, { confirms = true } = {}) {
  const socket = new WebSocket(url);
  const received: KnobsMessage[] = [];
  const send = (message: unknown) => socket.send(JSON.stringify(message));
  socket.on('message', (raw) => {
    const message = JSON.parse(String(raw)) as KnobsMessage;
    received.push(message);
    if (confirms) send({ type: 'applied', version: message.version });
  });
  await once(socket, 'open');
  send({ type: 'hello', service });
  await vi.waitFor(() => expect(received).toHaveLength(1));
  return { received, send, socket, [Symbol.dispose]: () => socket.terminate() };
}

it('a process receives the knobs in force when it connects', async () => {
  await using open = await openLab();
  using first = await join(open.url, 'worker');
  expect(first.received[0]?.knobs).toEqual(NO_KNOBS);
  await open.lab.setKnobs({ fail: ['worker'] });
  using second = await join(open.url, 'rest-api');
  expect(second.received[0]?.knobs).toEqual({ ...NO_KNOBS, fail: ['worker'] });
  expect(open.lab.services()).toEqual(['rest-api', 'worker']);
});

it('a change resolves when every process has confirmed it', async () => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  using api = await join(open.url, 'rest-api');
  const outcome = await open.lab.setKnobs({ slow: ['worker'], slowMs: 5 });
  expect(outcome).toEqual({ applied: ['rest-api', 'worker'], missing: [] });
  for (const { received } of [worker, api]) expect(received.at(-1)?.knobs).toEqual(open.lab.knobs());
});

it('a change names the processes that do not confirm it in time', async () => {
  await using open = await openLab({ applyTimeoutMs: 50 });
  using _worker = await join(open.url, 'worker', { confirms: false });
  using _api = await join(open.url, 'rest-api');
  expect(await open.lab.setKnobs({})).toEqual({ applied: ['rest-api'], missing: ['worker'] });
});

it('a change does not wait for a process that disconnects', async () => {
  await using open = await openLab({ applyTimeoutMs: 60_000 });
  const worker = await join(open.url, 'worker', { confirms: false });
  const outcome = open.lab.setKnobs({});
  worker.socket.terminate();
  expect(await outcome).toEqual({ applied: [], missing: [] });
  expect(open.lab.services()).toEqual([]);
});

it('the lab refuses unknown knobs, and keeps those in force', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ sqsMode: 'link' });
  await expect(open.lab.setKnobs({ drop: ['agent:pigeon' as never] })).rejects.toThrow('Invalid option');
  expect(open.lab.knobs().sqsMode).toBe('link');
});

it('the lab keeps records, and passes them to its listeners', async () => {
  await using open = await openLab();
  const seen: WireRecord[] = [];
  const listening = open.lab.onWire((record) => seen.push(record));
  using worker = await join(open.url, 'worker');
  worker.send({ type: 'wire', records: [RECORD] });
  await vi.waitFor(() => expect(seen).toEqual([RECORD]));
  expect(open.lab.wire(TRACE_ID)).toEqual([RECORD]);
  listening[Symbol.dispose]();
  worker.send({ type: 'wire', records: [RECORD] });
  await vi.waitFor(() => expect(open.lab.wire(TRACE_ID)).toHaveLength(2));
  expect(seen).toHaveLength(1);
});

const full = Array.from({ length: MAX_BATCH + 1 }, () => RECORD);

it.each([
  ['text that is not JSON', 'hello'],
  ['an unknown type', '{"type":"other"}'],
  ['a malformed record', '{"type":"wire","records":[{"service":"worker"}]}'],
  ['more records than a message holds', JSON.stringify({ type: 'wire', records: full })],
])('the lab closes the connection of a process that sends %s', async (_what, text) => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  const closed = once(worker.socket, 'close');
  worker.socket.send(text);
  expect((await closed)[0]).toBe(1008);
  await vi.waitFor(() => expect(open.lab.services()).toEqual([]));
});

it('the lab accepts a full batch of the longest records, and closes with 1009 beyond the largest message', async () => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  // The longest in JSON.
  const longest = { ...RECORD, text: '\u0000'.repeat(MAX_TEXT_LENGTH) };
  worker.send({ type: 'wire', records: Array.from({ length: MAX_BATCH }, () => longest) });
  await vi.waitFor(() => expect(open.lab.wire(TRACE_ID)).toHaveLength(MAX_BATCH));
  const closed = once(worker.socket, 'close');
  worker.socket.send(Buffer.alloc(MAX_MESSAGE_BYTES + 1));
  expect((await closed)[0]).toBe(1009);
});

it('the lab closes the connection of a process that reports before hello', async () => {
  await using open = await openLab();
  const socket = new WebSocket(open.url);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ type: 'wire', records: [RECORD] }));
  expect((await closed)[0]).toBe(1008);
  expect(open.lab.wire(TRACE_ID)).toEqual([]);
});

it('the lab accepts upgrades on its path only, and none after its end', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const lab = createLab();
  const elsewhere: (string | undefined)[] = [];
  lab.attach(server);
  server.on('upgrade', ({ url }, socket) => {
    if (url === '/lab') return;
    elsewhere.push(url);
    socket.destroy();
  });
  const other = new WebSocket(`ws://127.0.0.1:${port}/other`);
  await once(other, 'error');
  expect(elsewhere).toEqual(['/other']);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/lab`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await lab[Symbol.asyncDispose]();
  await closed;
  expect(server.listenerCount('upgrade')).toBe(1);
  server.close();
});
