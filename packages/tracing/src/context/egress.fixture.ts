// A process with the tracing preload that asks three servers of its own, and prints what each of them received. Started by
// context/egress.test.ts.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { withSpan } from '../spans/span.ts';
import { extractContext, runInContext } from './carrier.ts';
import { allowOrigin } from './egress.ts';

const received: Record<string, IncomingHttpHeaders> = {};

async function serve(name: string): Promise<string> {
  const server = createServer((incoming, response) => {
    received[decodeURIComponent(incoming.url?.slice(1) ?? '') || name] = incoming.headers;
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function byHttp(url: string): Promise<void> {
  const [response] = await once(request(url).end(), 'response');
  await once(response.resume(), 'end');
}
const byFetch = async (url: string) => void (await (await fetch(url)).text());

const [inside, outside, aws] = [await serve('inside'), await serve('outside'), await serve('aws')];
allowOrigin(inside);
const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'customer=42',
  'x-mcp-tenant-id': 'acme',
};
await runInContext(extractContext(carrier), () =>
  withSpan('work', {}, async () => {
    for (const [name, ask] of Object.entries({ fetch: byFetch, http: byHttp })) {
      await ask(`${inside}/${name} inside`);
      await ask(`${outside}/${name} outside`);
      await ask(`${inside}/${name} inside again`);
    }
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const sqs = new SQSClient({ endpoint: aws, region: 'us-east-1', credentials });
    await sqs.send(new ListQueuesCommand({}));
  }),
);
console.log(JSON.stringify(received));
process.exit(0);
