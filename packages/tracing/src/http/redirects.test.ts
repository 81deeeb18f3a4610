import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyText } from '../arbitraries.fixture.ts';
import { createHttpClient } from '../http.ts';

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** A server that notes what it receives; `redirect` gives the status and the location of its responses, if any. */
async function serve(redirect: (url: string) => [number, string] | undefined = () => undefined) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request;
    received.push({ method, url, headers, body: (await request.toArray()).join('') });
    const [status, location] = redirect(url) ?? [200];
    response.writeHead(status, location === undefined ? {} : { location }).end('{}');
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const headers = { authorization: 'Bearer secret', 'x-mcp-tenant-id': 'acme', 'x-api-key': 'key' };
const post = { method: 'POST', path: '/start', json: { a: 1 }, headers } as const;
const OURS = /^(authorization|x-.*|traceparent|tracestate|baggage)$/;
const oursIn = (received: Received | undefined) =>
  Object.keys(received?.headers ?? {}).filter((name) => OURS.test(name));

describe('a redirect to another origin', () => {
  it.each([301, 302, 303, 307, 308])('%d is followed without the token and the ids', async (status) => {
    const third = await serve();
    const mine = await serve(() => [status, `${third.url}/moved`]);
    const response = await createHttpClient(mine.url)(post);
    expect(response.status).toBe(200);
    expect(oursIn(mine.received[0])).toEqual(
      expect.arrayContaining(['authorization', 'x-request-id', 'x-mcp-tenant-id', 'x-api-key']),
    );
    expect(third.received).toHaveLength(1);
    expect(oursIn(third.received[0])).toEqual([]);
  });

  it('without a scheme (//host) is another origin too', async () => {
    const third = await serve();
    const mine = await serve(() => [307, `//${new URL(third.url).host}/moved`]);
    await createHttpClient(mine.url)(post);
    expect(oursIn(third.received[0])).toEqual([]);
    expect(third.received[0]?.body).toBe('{"a":1}');
  });

  it('and back again is followed without the token and the ids', async () => {
    const mine = await serve((url) => (url === '/start' ? [307, `${third.url}/there`] : undefined));
    const third = await serve(() => [307, `${mine.url}/back`]);
    await createHttpClient(mine.url)(post);
    expect(mine.received.map(({ url }) => url)).toEqual(['/start', '/back']);
    expect(oursIn(mine.received[1])).toEqual([]);
  });
});

describe('a redirect on the same origin', () => {
  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', '{"a":1}'],
    [308, 'POST', '{"a":1}'],
  ])('%d repeats a POST as %s, with its headers', async (status, method, body) => {
    const mine = await serve((url) => (url === '/start' ? [status, '../end?x=1'] : undefined));
    await createHttpClient(mine.url)(post);
    expect(mine.received[1]).toMatchObject({ method, url: '/end?x=1', body, headers });
    expect(mine.received[1]?.headers['content-type']).toBe(body ? 'application/json' : undefined);
    expect(mine.received[1]?.headers['x-request-id']).toBe(mine.received[0]?.headers['x-request-id']);
  });

  it('that never ends is given up after 20', async () => {
    const mine = await serve(() => [302, '/again']);
    await expect(createHttpClient(mine.url)(post)).rejects.toThrow('more than 20 redirects');
    expect(mine.received).toHaveLength(21);
  });
});

describe('the path of a request', () => {
  it.each(['http://evil.example/', '//evil.example/', String.raw`\\evil.example\ `, 'https://127.0.0.1/'])(
    '%s leaves the origin of its client: nothing is sent',
    async (path) => {
      const mine = await serve();
      await expect(createHttpClient(mine.url)({ method: 'GET', path, headers })).rejects.toThrow(
        'path leaves',
      );
      expect(mine.received).toEqual([]);
    },
  );

  it('may name the origin of its client', async () => {
    const mine = await serve();
    await createHttpClient(mine.url)({ method: 'GET', path: `${mine.url.replace('http', 'HTTP')}/here` });
    expect(mine.received[0]?.url).toBe('/here');
  });
});

it('any location that a server sends is followed, returned or rejected, and no header of ours leaves', async () => {
  const third = await serve();
  let location = '';
  const mine = await serve((url) => (url === '/start' ? [307, location] : undefined));
  const client = createHttpClient(mine.url);
  const locations = fc.oneof(
    anyText.map((text) => encodeURI(text.toWellFormed())),
    fc.constantFrom('', 'http://', '//', 'mailto:a@b', 'http://[::1', `${third.url}/\\`, '?', 'data:,x'),
  );
  await fc.assert(
    fc.asyncProperty(locations, async (text) => {
      // An unresolvable host would take its time: only what stays here is fetched.
      const to = URL.parse(text, mine.url);
      fc.pre(!to || to.origin === mine.url || to.origin === third.url || to.origin === 'null');
      location = text;
      const outcome = await client({ ...post }).catch((error: unknown) => error);
      expect(outcome instanceof Response || outcome instanceof TypeError).toBe(true);
    }),
    { numRuns: 50 },
  );
  for (const received of third.received) expect(oursIn(received)).toEqual([]);
});
