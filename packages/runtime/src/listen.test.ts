import { once } from 'node:events';
import { Agent, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { KEEP_ALIVE_MS, listen, MAX_HEADER_BYTES } from './listen.ts';

const here = { host: '127.0.0.1', port: 0 };
const ok = (_request: unknown, response: { end(text: string): void }) => response.end('fine');

async function statusWith(port: number, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = await once(request({ port, host: '127.0.0.1', headers }).end(), 'response');
  response.resume();
  return response.statusCode;
}

describe('a server', () => {
  it('accepts headers up to its limit, and answers 431 beyond it', async () => {
    await using server = await listen(ok, here);
    expect(await statusWith(server.port, { 'x-long': 'x'.repeat(MAX_HEADER_BYTES - 512) })).toBe(200);
    expect(await statusWith(server.port, { 'x-long': 'x'.repeat(MAX_HEADER_BYTES) })).toBe(431);
    server.server.closeAllConnections();
  });

  it('answers 408 to headers that arrive more slowly than its limit', async () => {
    const limits = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };
    await using server = await listen(ok, { ...here, limits });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('keeps an idle connection for a minute, longer than headers may take to arrive', async () => {
    const limits = { headersTimeout: 50, requestTimeout: 60, connectionsCheckingInterval: 10 };
    await using server = await listen(ok, { ...here, limits });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const call = async () => {
      const sent = request({ port: server.port, host: '127.0.0.1', agent }).end();
      const [response] = await once(sent, 'response');
      expect(response.headers['keep-alive']).toBe(`timeout=${KEEP_ALIVE_MS / 1_000}`);
      await text(response);
      return sent.reusedSocket;
    };
    expect(await call()).toBe(false);
    const slow = connect(server.port, '127.0.0.1');
    slow.write('GET / HTTP/1.1\r\n');
    // Its 408 shows that the limit has passed for the idle connection too.
    await text(slow);
    expect(await call()).toBe(true);
    agent.destroy();
  });

  it('names the taken port and the fix', async () => {
    await using server = await listen(ok, here);
    await expect(listen(ok, { ...here, port: server.port })).rejects.toThrow(
      `port ${server.port} on 127.0.0.1 is taken (stop the process that listens there, or set another port)`,
    );
  });
});

describe('a server that is disposed', () => {
  it('waits for an active request', async () => {
    const arrived = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = await listen((_, response) => {
      arrived.resolve();
      void answer.promise.then(() => response.end('done'));
    }, here);
    const call = fetch(`http://127.0.0.1:${server.port}`, { headers: { connection: 'close' } });
    await arrived.promise;
    const disposed = server[Symbol.asyncDispose]();
    answer.resolve();
    expect(await (await call).text()).toBe('done');
    await disposed;
  });

  it('closes the connection of a request that does not end, so that its work is aborted', async () => {
    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const never = (_: unknown, response: ServerResponse) => {
      response.once('close', gone.resolve);
      arrived.resolve();
    };
    const server = await listen(never, { ...here, drainMs: 1 });
    const failed = expect(fetch(`http://127.0.0.1:${server.port}`)).rejects.toThrow();
    await arrived.promise;
    await server[Symbol.asyncDispose]();
    await gone.promise;
    await failed;
  });
});
