import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createLogger } from '@trace-mesh/tracing/logger';
import { expect, it } from 'vitest';
import { openDatabase, transaction } from './postgres.ts';

/** A message of the protocol: type, length, body. */
function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(length.length + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
}
const AUTHENTICATION_OK = message('R', '\0\0\0\0');
const READY_FOR_QUERY = message('Z', 'I');
const ENDED = message('E', 'SFATAL\0C57P01\0Mterminating connection\0\0');

it('rejects a transaction whose server ends the connection together with its acceptance', async () => {
  await using stack = new AsyncDisposableStack();
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATION_OK, READY_FOR_QUERY, ENDED])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const logger = createLogger({ write: () => {} });
  const db = stack.use(openDatabase(`postgres://mesh@127.0.0.1:${port}/mesh`, logger));
  await expect(transaction(db, (client) => client.query('SELECT 1'))).rejects.toThrow();
});
