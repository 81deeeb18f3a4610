// The adapter meets the expectations of the W3C suite. The suite itself is run by hand (see w3c-adapter.ts).
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TRACE = '12345678901234567890123456789012';
const SPAN = '1234567890123456';
const FILE = fileURLToPath(new URL('w3c-adapter.ts', import.meta.url));

/** In place of the suite: records the headers of every request. */
const received: IncomingHttpHeaders[] = [];
const suite = createServer((request, response) => {
  received.push(request.headers);
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).end('null');
});
let callback = '';
beforeAll(async () => {
  suite.listen(0, '127.0.0.1');
  await once(suite, 'listening');
  callback = `http://127.0.0.1:${(suite.address() as AddressInfo).port}/callback`;
});
afterAll(() => void suite.close());

async function startAdapter(via: string) {
  const args = ['--import', '@trace-mesh/tracing/register', FILE, '--via', via];
  const child = execa(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    // Otherwise its end waits for a collector that is not there.
    env: { OTEL_TRACES_EXPORTER: 'none' },
    reject: false,
  });
  const ended = child.then(({ stderr }) => Promise.reject(new Error(`the adapter exited: ${stderr}`)));
  const [address] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  ended.catch(() => undefined); // stopped below
  return {
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await child;
    },
  };
}

describe.each(['http', 'grpc', 'sqs', 'ws'])('the W3C adapter via %s', (via) => {
  it('sends one request with the context to each address, and refuses addresses of other machines', async () => {
    await using adapter = await startAdapter(via);
    const traceparent = (version: string, flags: string) => `${version}-${TRACE}-${SPAN}-${flags}`;

    received.length = 0;
    const two = [
      { url: callback, arguments: [] },
      { url: callback, arguments: [] },
    ];
    await adapter.post(two, { traceparent: traceparent('00', '02'), tracestate: 'foo=1,bar@@x=2' });
    expect(received).toHaveLength(2);
    for (const headers of received) {
      expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!${SPAN})[0-9a-f]{16}-02$`));
      expect(headers.tracestate).toBe('foo=1,bar@@x=2');
    }
    expect(received[0]?.traceparent).not.toBe(received[1]?.traceparent);

    received.length = 0;
    await adapter.post(two.slice(1), { traceparent: traceparent('ff', '01'), tracestate: 'foo=1' });
    expect(received[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(received[0]?.traceparent).not.toContain(TRACE);
    expect(received[0]?.tracestate).toBeUndefined();

    received.length = 0;
    const refused = await adapter.post([...two, { url: 'http://192.0.2.1/', arguments: [] }]);
    expect(refused.status).toBe(400);
    expect(received).toEqual([]);
  });
});
