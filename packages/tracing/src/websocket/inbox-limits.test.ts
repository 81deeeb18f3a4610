// More messages than are processed at a time, and invalid frames.
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { acceptConnection } from './accept.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { MAX_MESSAGES_IN_FLIGHT } from './inbox.ts';
import { onMessage, sendMessage } from './message.ts';
import { handshakeRequest, received, sendBytes, startServer, WAIT } from './server.fixture.ts';

describe('the limit of messages in flight', () => {
  it.each([
    ['by default', MAX_MESSAGES_IN_FLIGHT, undefined],
    ['as an option', 3, 3],
  ])(
    'pauses the socket %s, with a handler or before it, and loses nothing',
    async (_name, limit, maxInFlight) => {
      const COUNT = 3 * limit;
      const opened = Promise.withResolvers<[WebSocket, Connection]>();
      await using server = await startServer(async (socket, request) => {
        const options = maxInFlight === undefined ? {} : { maxInFlight };
        opened.resolve([socket, await acceptConnection(socket, request, options)]);
      });
      const client = await connect(server.url);
      const [accepted, connection] = await opened.promise;
      const sent = Array.from({ length: COUNT }, (_, n) => n);
      await Promise.all(sent.map((n) => sendMessage(client, 'work', n)));
      await vi.waitFor(() => expect(accepted.isPaused).toBe(true), WAIT);

      const begun: unknown[] = [];
      const failures: unknown[] = [];
      const waiting: (() => void)[] = [];
      let most = 0;
      onMessage(
        connection,
        async ({ data }) => {
          begun.push(data);
          await new Promise<void>((resolve) => waiting.push(resolve));
        },
        (error) => void failures.push(error),
      );
      await vi.waitFor(() => expect(begun).toHaveLength(limit), WAIT);
      expect(accepted.isPaused).toBe(true);

      while (begun.length < COUNT || waiting.length > 0) {
        most = Math.max(most, waiting.length);
        waiting.shift()?.();
        await turn();
      }
      expect(most).toBe(limit);
      expect(begun).toEqual(sent);
      expect(failures).toEqual([]);
      await vi.waitFor(() => expect(accepted.isPaused).toBe(false), WAIT);
    },
  );
});

describe('an invalid frame', () => {
  const RESERVED_BIT = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);

  it.each(['before', 'after'])('reaches onError of a server whose handler is added %s it', async (when) => {
    const opened = Promise.withResolvers<Connection>();
    await using server = await startServer((socket, request) =>
      opened.resolve(acceptConnection(socket, request)),
    );
    const socket = await sendBytes(server.port, handshakeRequest());
    const connection = await opened.promise;
    const early = when === 'after' ? received(connection) : undefined;
    socket.write(RESERVED_BIT);
    await vi.waitFor(() => expect(connection.socket.readyState).toBe(connection.socket.CLOSING), WAIT);
    const { errors } = early ?? received(connection);
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: 'WS_ERR_UNEXPECTED_RSV_2_3' }]), WAIT);
  });

  it('is left to a listener of the application', async () => {
    const opened = Promise.withResolvers<Connection>();
    const failed = vi.fn();
    await using server = await startServer((socket, request) => {
      socket.on('error', failed);
      opened.resolve(acceptConnection(socket, request));
    });
    const socket = await sendBytes(server.port, handshakeRequest());
    const connection = await opened.promise;
    const { errors } = received(connection);
    socket.write(RESERVED_BIT);
    await vi.waitFor(() => expect(connection.socket.readyState).toBe(connection.socket.CLOSING), WAIT);
    expect(failed).toHaveBeenCalledTimes(1);
    expect(errors).toEqual([]);
  });
});
