// The rate limit of upgrades and messages.
import { once } from 'node:events';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { afterAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { access, openClient, startTestHub, WAIT } from './hub.fixture.ts';

/** One upgrade and two messages a second. */
const hub = await startTestHub({ gate: { limiter: createRateLimiter(3) } });
afterAll(() => hub[Symbol.asyncDispose]());
/** A tenant without earlier requests. */
const fresh = (tenantId: string) => access.token({ tenantId });

it('answers an upgrade beyond the rate with 429 and Retry-After', async () => {
  const headers = { authorization: `Bearer ${fresh('globex')}` };
  const open = () => new WebSocket(hub.url, { headers });
  const sockets = [open(), open(), open()];
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const [, response] = await once(open(), 'unexpected-response');
  expect(response.statusCode).toBe(429);
  expect(response.headers['retry-after']).toBe('1');
  response.resume();
  for (const socket of sockets) socket.close();
});

it('answers a client that sends too fast with an error, and keeps the connection', async () => {
  const client = await openClient(hub.url, { token: fresh('acme') });
  for (let n = 0; n < 5; n += 1) await client.send('ping', n);
  const codes = () =>
    client.received.flatMap(({ type, data }) => (type === 'error' ? [(data as { code: string }).code] : []));
  await vi.waitFor(() => expect(codes()).toContain('rate_limited'), WAIT);
  const answered = async () => {
    await client.send('ping', 'later');
    return client.received.some(({ type, data }) => type === 'pong' && data === 'later');
  };
  await expect.poll(answered, { ...WAIT, interval: 500 }).toBe(true);
  client.close();
});
