// One connection cannot make its reader do everything at once.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { jsonCodec } from './envelope.ts';
import { MAX_MESSAGES_IN_HAND, newConnection, onMessage, sendMessage } from './message.ts';

const COUNT = 3 * MAX_MESSAGES_IN_HAND;
const WAIT = { timeout: 10_000, interval: 5 };

it(`works on ${MAX_MESSAGES_IN_HAND} messages at once, reads no further, and loses none`, async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const [accepted] = (await once(server, 'connection')) as [WebSocket];
  if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open');

  const begun: unknown[] = [];
  const failures: unknown[] = [];
  const waiting: (() => void)[] = [];
  let most = 0;
  onMessage(
    newConnection(accepted, jsonCodec, ROOT_CONTEXT),
    async ({ data }) => {
      begun.push(data);
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    (error) => void failures.push(error),
  );
  const client = newConnection(socket, jsonCodec, ROOT_CONTEXT);
  const sent = Array.from({ length: COUNT }, (_, n) => n);
  await Promise.all(sent.map((n) => sendMessage(client, 'work', n)));
  await vi.waitFor(() => expect(accepted.isPaused).toBe(true), WAIT);
  expect(begun).toHaveLength(MAX_MESSAGES_IN_HAND);

  while (begun.length < COUNT || waiting.length > 0) {
    most = Math.max(most, waiting.length);
    waiting.shift()?.();
    await turn();
  }
  expect(most).toBe(MAX_MESSAGES_IN_HAND);
  expect(begun).toEqual(sent);
  expect(failures).toEqual([]);
  await vi.waitFor(() => expect(accepted.isPaused).toBe(false), WAIT);
  socket.close();
  server.close();
});
