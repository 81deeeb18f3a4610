import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from './listen.ts';

let server: Listening;
beforeAll(async () => {
  server = await listen((req, res) => void res.end(req.httpVersion), { host: '127.0.0.1', port: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sends each piece in a packet, then closes its side; resolves with all that the server sent. */
async function converse(...pieces: string[]): Promise<string> {
  const socket = net.connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  const closed = once(socket, 'close');
  for (const piece of pieces) {
    await new Promise((sent) => socket.write(piece, sent));
    await new Promise(setImmediate);
  }
  socket.end();
  await closed;
  return received;
}

describe('one port for both protocols', () => {
  it('serves HTTP/1.1 for a request that begins with the same letter as the preface', async () => {
    expect(await converse('P', 'UT / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain('1.1');
  });

  it('serves HTTP/2 for a preface that arrives in pieces', async () => {
    const received = await converse('P', 'RI * HTTP/2.0\r\n', '\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0');
    expect(received.charCodeAt(3)).toBe(0x04); // the server's own SETTINGS frame
  });

  it('keeps serving after connections that send nothing, half a preface, or nonsense', async () => {
    for (const nonsense of [
      [],
      ['P'],
      ['PR'],
      ['\0'],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'nonsense, no frame'],
    ]) {
      await converse(...nonsense);
    }
    expect(await (await fetch(server.url)).text()).toBe('1.1');
  });

  it('rejects with the address when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    const second = listen(() => {}, { host: '127.0.0.1', port });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
  });
});
