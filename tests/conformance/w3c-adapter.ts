// Runs the public W3C Trace Context suite (github.com/w3c/trace-context, folder test) against the mesh's carriers:
//   pnpm w3c-adapter --port 5000 --via http|grpc|sqs|ws
//   SPEC_LEVEL=2 STRICT_LEVEL=2 python3 test.py http://127.0.0.1:5000/test
// The suite POSTs a list of addresses. The context of that request crosses the transport; from its far side every address
// gets one request, whose headers the suite checks.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startMesh } from '@trace-mesh/embedded/mesh';
import { listen } from '@trace-mesh/runtime/listen';
import { createHttpClient } from '@trace-mesh/tracing/http';
import express from 'express';
import { z } from 'zod';
import { grpcUnary } from '../transports/adapters/grpc.ts';
import { http } from '../transports/adapters/http.ts';
import { sqs } from '../transports/adapters/sqs.ts';
import { wsJson } from '../transports/adapters/ws-messages.ts';
import { AWS_ENV } from '../transports/aws.ts';

const VIA = { http, grpc: grpcUnary, sqs, ws: wsJson };
/** Only processes on this machine may make the adapter send requests. */
const HOST = '127.0.0.1';

const Options = z.object({
  port: z.coerce.number().int().min(0).max(65535).default(0),
  via: z.enum(['http', 'grpc', 'sqs', 'ws']).default('http'),
});
const OnThisMachine = z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/ });
const Requests = z.array(z.object({ url: OnThisMachine, arguments: z.unknown() })).nullable();

const { values } = parseArgs({ options: { port: { type: 'string' }, via: { type: 'string' } } });
const { port, via } = Options.parse(values);

await using resources = new AsyncDisposableStack();
let sqsEndpoint = '';
if (via === 'sqs') {
  Object.assign(process.env, AWS_ENV);
  sqsEndpoint = resources.use(await startMesh({ only: ['queue'] })).endpoints.sqs;
}
const transport = resources.use(await VIA[via].open({ sqsEndpoint, databaseUrl: '', redisUrl: '' }));

const app = express();
app.use(express.json());
app.post('/test', async (request, response) => {
  const { data: requests, success } = Requests.safeParse(request.body);
  if (!success) return void response.status(400).json('expected a list of {url, arguments} on this machine');
  await transport.carry(async () => {
    for (const { url, arguments: json } of requests ?? []) {
      await createHttpClient(url)({ method: 'POST', path: url, json });
    }
  });
  response.json(null);
});
const server = resources.use(await listen(app, { host: HOST, port }));
console.log(`http://${HOST}:${server.port}/test`);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
