// The trace store with a backend of the user.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, closers, open, request, send } from './app.fixture.ts';
import { Forwarder } from './forward.ts';

afterEach(closeAll);

describe('the trace store', () => {
  it('forwards every export request unchanged to the backend of the user', async () => {
    const received: { body: string; key: unknown }[] = [];
    const backend = createServer(async (incoming, response) => {
      const chunks = await incoming.toArray();
      received.push({ body: Buffer.concat(chunks).toString(), key: incoming.headers['api-key'] });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    closers.push(async () => backend.close());
    const target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/v1/traces`;
    const forwarder = new Forwarder({ url: target, headers: { 'api-key': 'k' } }, () => undefined);
    const body = JSON.stringify(request());
    await send(await open(forwarder), body);
    await forwarder.flush();
    expect(received).toEqual([{ body, key: 'k' }]);
  });

  it('warns once when the backend of the user fails', async () => {
    const warnings: string[] = [];
    const forwarder = new Forwarder({ url: 'http://127.0.0.1:1/v1/traces', headers: {} }, (line) =>
      warnings.push(line),
    );
    const url = await open(forwarder);
    for (let i = 0; i < 3; i++) await send(url, JSON.stringify(request()));
    await forwarder.flush();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('http://127.0.0.1:1/v1/traces');
  });
});
