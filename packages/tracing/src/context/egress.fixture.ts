// Started by egress.test.ts with the tracing preload: starts servers, calls them, and prints the headers that each received.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { withSpan } from '../spans/span.ts';
import { extractContext, runInContext } from './carrier.ts';
import { allowOrigin } from './egress.ts';

const received: Record<string, IncomingHttpHeaders> = {};

async function serve(name: string, host = '127.0.0.1'): Promise<number> {
  const server = createServer((incoming, response) => {
    received[decodeURIComponent(incoming.url?.slice(1) ?? '') || name] = incoming.headers;
    response.end('{}');
  });
  await once(server.listen(0, host), 'listening');
  return (server.address() as AddressInfo).port;
}

type Get = (url: string, headers?: Record<string, string>) => Promise<void>;

async function send(to: RequestOptions | string, options: RequestOptions = {}): Promise<void> {
  const sent = typeof to === 'string' ? request(to, options) : request(to);
  const [response] = await once(sent.end(), 'response');
  await once(response.resume(), 'end');
}
const byHttp: Get = (url, headers = {}) => send(url, { headers });
const byFetch: Get = async (url, headers = {}) => void (await (await fetch(url, { headers })).text());
const clients = Object.entries({ fetch: byFetch, http: byHttp });

const at = (port: number) => `http://127.0.0.1:${port}`;
const [insidePort, outsidePort] = [await serve('inside'), await serve('outside')];
const [inside, outside, aws] = [at(insidePort), at(outsidePort), at(await serve('aws'))];
const ipv6 = await serve('ipv6', '::1');
allowOrigin(inside);
allowOrigin(`http://[0:0:0:0:0:0:0:1]:${ipv6}`);
const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'customer=42',
  'x-mcp-tenant-id': 'acme',
};
/** Headers as a gateway forwards them: context of another request, in mixed case. */
const stale = {
  Traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
  TraceState: 'stale=1',
  Baggage: 'cart=17',
  'X-MCP-Tenant-ID': 'other',
  'X-MCP-User-ID': 'ann',
  'x-kept': 'kept',
};
const ctx = extractContext(carrier);

await runInContext(ctx, () =>
  withSpan('work', {}, async () => {
    for (const [name, get] of clients) {
      await get(`${inside}/${name} inside`);
      await get(`${outside}/${name} outside`);
      await get(`${inside}/${name} inside again`);
      await get(`${inside}/${name} gateway inside`, stale);
      await get(`${outside}/${name} gateway outside`, stale);
      await get(`http://[::1]:${ipv6}/${name} ipv6`);
      await get(`http://user:secret@127.0.0.1:${insidePort}/${name} userinfo`).catch(() => undefined);
    }
    const path = (name: string): RequestOptions => ({ port: ipv6, path: `/${encodeURIComponent(name)}` });
    await send({ host: '::1', ...path('host without brackets') });
    await send({ hostname: '::1', ...path('hostname without brackets') });
    const options = { host: '127.0.0.1', port: insidePort, path: '/array' };
    await send({
      ...options,
      headers: ['Host', 'a.example', 'X-Many', '1', 'X-Many', '2', 'Baggage', 'cart=17'],
    });
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const sqs = new SQSClient({ endpoint: aws, region: 'us-east-1', credentials });
    await sqs.send(new ListQueuesCommand({}));
  }),
);
// Reused options: the second call has no tenant and no baggage.
const kept: RequestOptions = {
  host: '127.0.0.1',
  port: insidePort,
  path: '/kept',
  headers: { 'x-kept': 'kept' },
};
await runInContext(ctx, () => send(kept));
await withSpan('work of no tenant', {}, () => send({ ...kept, path: '/kept%20again' }));
console.log(JSON.stringify(received));
process.exit(0);
