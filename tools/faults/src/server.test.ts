// The protocol, over real sockets: what a process may say, and what becomes of one that says nothing.
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

interface Told {
  type: 'knobs';
  version: number;
  knobs: unknown;
}

/** A process that has said hello: `told` is what the lab told it. An obedient one applies it. */
async function join(url: string, service: string, { obedient = true } = {}) {
  const socket = new WebSocket(url);
  const told: Told[] = [];
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  socket.on('message', (raw) => {
    const message = JSON.parse(String(raw)) as Told;
    told.push(message);
    if (obedient) say({ type: 'applied', version: message.version });
  });
  await once(socket, 'open');
  say({ type: 'hello', service });
  await vi.waitFor(() => expect(told).toHaveLength(1));
  return { told, say, socket, [Symbol.dispose]: () => socket.terminate() };
}

it('gives the knobs in force to whoever comes', async () => {
  await using open = await openLab();
  using first = await join(open.url, 'worker');
  expect(first.told[0]?.knobs).toEqual(NO_KNOBS);
  await open.lab.setKnobs({ fail: ['worker'] });
  using second = await join(open.url, 'rest-api');
  expect(second.told[0]?.knobs).toEqual({ ...NO_KNOBS, fail: ['worker'] });
  expect(open.lab.services()).toEqual(['rest-api', 'worker']);
});

it('a change is done when every process has applied it', async () => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  using api = await join(open.url, 'rest-api');
  const outcome = await open.lab.setKnobs({ slow: ['worker'], slowMs: 5 });
  expect(outcome).toEqual({ applied: ['rest-api', 'worker'], missing: [] });
  for (const { told } of [worker, api]) expect(told.at(-1)?.knobs).toEqual(open.lab.knobs());
});

it('names those who do not apply it in time', async () => {
  await using open = await openLab({ applyTimeoutMs: 50 });
  using _worker = await join(open.url, 'worker', { obedient: false });
  using _api = await join(open.url, 'rest-api');
  expect(await open.lab.setKnobs({})).toEqual({ applied: ['rest-api'], missing: ['worker'] });
});

it('does not wait for one that goes away', async () => {
  await using open = await openLab({ applyTimeoutMs: 60_000 });
  const worker = await join(open.url, 'worker', { obedient: false });
  const outcome = open.lab.setKnobs({});
  worker.socket.terminate();
  expect(await outcome).toEqual({ applied: [], missing: [] });
  expect(open.lab.services()).toEqual([]);
});

it('refuses knobs that there are not, and keeps those in force', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ sqsMode: 'link' });
  await expect(open.lab.setKnobs({ drop: ['agent:pigeon' as never] })).rejects.toThrow('Invalid option');
  expect(open.lab.knobs().sqsMode).toBe('link');
});

it('keeps what it is told, and tells those who listen', async () => {
  await using open = await openLab();
  const heard: WireRecord[] = [];
  const listening = open.lab.onWire((record) => heard.push(record));
  using worker = await join(open.url, 'worker');
  worker.say({ type: 'wire', records: [RECORD] });
  await vi.waitFor(() => expect(heard).toEqual([RECORD]));
  expect(open.lab.wire(TRACE_ID)).toEqual([RECORD]);
  listening[Symbol.dispose]();
  worker.say({ type: 'wire', records: [RECORD] });
  await vi.waitFor(() => expect(open.lab.wire(TRACE_ID)).toHaveLength(2));
  expect(heard).toHaveLength(1);
});

const full = Array.from({ length: MAX_BATCH + 1 }, () => RECORD);

it.each([
  ['no JSON', 'hello'],
  ['an unknown type', '{"type":"shout"}'],
  ['a record that is none', '{"type":"wire","records":[{"service":"worker"}]}'],
  ['more records than a message holds', JSON.stringify({ type: 'wire', records: full })],
])('sends a process away that says %s', async (_what, text) => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  const closed = once(worker.socket, 'close');
  worker.socket.send(text);
  expect((await closed)[0]).toBe(1008);
  await vi.waitFor(() => expect(open.lab.services()).toEqual([]));
});

it('takes a full batch of the longest records, and closes with 1009 beyond the largest message', async () => {
  await using open = await openLab();
  using worker = await join(open.url, 'worker');
  // What takes the most room in JSON.
  const longest = { ...RECORD, text: '\u0000'.repeat(MAX_TEXT_LENGTH) };
  worker.say({ type: 'wire', records: Array.from({ length: MAX_BATCH }, () => longest) });
  await vi.waitFor(() => expect(open.lab.wire(TRACE_ID)).toHaveLength(MAX_BATCH));
  const closed = once(worker.socket, 'close');
  worker.socket.send(Buffer.alloc(MAX_MESSAGE_BYTES + 1));
  expect((await closed)[0]).toBe(1009);
});

it('sends a process away that tells before it has said who it is', async () => {
  await using open = await openLab();
  const socket = new WebSocket(open.url);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ type: 'wire', records: [RECORD] }));
  expect((await closed)[0]).toBe(1008);
  expect(open.lab.wire(TRACE_ID)).toEqual([]);
});

it('takes no upgrade but those on its path, and none after its end', async () => {
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
