// A measured process that ends, or closes a connection, ends the benchmark with an error that says so.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { callAtRate, httpCaller, wsCaller } from './callers.ts';

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('calls at a rate reject with the first failure, where the server resets the connection', async () => {
  let answered = 0;
  const port = await listening(
    createServer((request, response) => {
      answered += 1;
      if (answered <= 3) response.end();
      else request.socket.resetAndDestroy();
    }),
  );
  const caller = httpCaller(port);
  onTestFinished(caller.close);
  // Nothing else is rejected: that would end the process, and fail this run.
  await expect(callAtRate(caller, 1_000, 1_000)).rejects.toThrow('ECONNRESET');
});

it('a call over a WebSocket rejects where the server closes it, before the call and during it', async () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket) => socket.on('message', () => socket.close(1011)));
  const caller = await wsCaller(await listening(http));
  onTestFinished(caller.close);
  await expect(caller.call()).rejects.toThrow('the server closed the WebSocket (1011)');
  for (const socket of server.clients) socket.terminate();
  await expect(Promise.all(Array.from({ length: 7 }, caller.call))).rejects.toThrow(
    'closed the WebSocket (1006)',
  );
});
