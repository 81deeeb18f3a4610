import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { jsonCodec, MAX_FRAME_BYTES } from '@trace-mesh/tracing/websocket';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { closeOf, openClient, startTestHub, WAIT } from './hub.fixture.ts';
import { FROM_THE_START, TaskEvent } from './messages.ts';
import { CLOSE_SLOW, MAX_BUFFERED_BYTES } from './push.ts';

/** Long enough that a busy machine answers each ping. */
const HEARTBEAT_MS = 400;
const hub = await startTestHub({ heartbeatMs: HEARTBEAT_MS });
const patient = await startTestHub();
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await patient[Symbol.asyncDispose]();
});

describe('the heartbeat', () => {
  it('keeps a client that answers pings', async () => {
    const client = await openClient(hub.url);
    for (let pings = 0; pings < 3; pings += 1) await once(client.connection.socket, 'ping');
    await client.send('ping', 1);
    await client.next('pong');
    client.close();
  });

  it('terminates a client that does not answer pings', async () => {
    const socket = new WebSocket(hub.url, { autoPong: false });
    await once(socket, 'open');
    const [code] = await once(socket, 'close', { signal: AbortSignal.timeout(WAIT.timeout) });
    expect(code).toBe(1006);
  });
});

describe('a message larger than any frame', () => {
  it('closes the connection with 1009', async () => {
    const client = await openClient(patient.url, { codec: jsonCodec });
    const closed = closeOf(client.connection);
    client.connection.socket.send(Buffer.alloc(MAX_FRAME_BYTES + 1));
    expect(await closed).toBe(1009);
  });
});

describe('a client that stops reading', () => {
  const chunk = 'x'.repeat(256 * 1024);
  const announce = (taskId: string, n: number) =>
    patient.announce({ taskId, tenantId: 'acme', status: 'running', result: `${n} ${chunk}` });

  it('is dropped with 1013 at the limit of its buffer, blocks no other client, and can resume', async () => {
    const taskId = randomUUID();
    const [slow, quick] = [await openClient(patient.url), await openClient(patient.url)];
    for (const client of [slow, quick]) {
      await client.send('subscribe', { taskId });
      await client.next('subscribed');
    }
    const closed = closeOf(slow.connection);
    slow.connection.socket.pause();
    const pushed = (client: typeof slow) =>
      client.received.filter(({ type }) => type === 'task.updated').map(({ data }) => TaskEvent.parse(data));

    let sent = 0;
    while (patient.dropped() === 0) {
      await announce(taskId, sent);
      sent += 1;
      await vi.waitFor(() => expect(pushed(quick)).toHaveLength(sent), WAIT);
      expect(patient.mostBuffered()).toBeLessThan(MAX_BUFFERED_BYTES + 2 * chunk.length);
    }
    slow.connection.socket.resume();
    expect(await closed).toBe(CLOSE_SLOW);

    const last = pushed(slow).at(-1)?.eventId ?? FROM_THE_START;
    const again = await openClient(patient.url);
    await again.send('subscribe', { taskId, after: last });
    await vi.waitFor(() => {
      const both = [...pushed(slow), ...pushed(again)].map((event) => event.eventId);
      expect(both).toEqual(pushed(quick).map((event) => event.eventId));
    }, WAIT);
    again.close();
    quick.close();
  });

  it('is terminated if it does not read the close frame', async () => {
    const taskId = randomUUID();
    const slow = await openClient(patient.url);
    await slow.send('subscribe', { taskId });
    await slow.next('subscribed');
    slow.connection.socket.pause();
    const before = patient.dropped();
    for (let n = 0; patient.dropped() === before; n += 1) await announce(taskId, n);
    await vi.waitFor(() => expect(patient.registry.connections()).toEqual([]), WAIT);
    slow.connection.socket.terminate();
  });
});
