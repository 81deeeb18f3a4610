// For tests: a Bedrock Runtime with the test's responses, for model families that the double does not have.
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { encodeEvent } from '@trace-mesh/bedrock-double/fixture';

/** A JSON body, other bytes, or the chunks of a stream. */
export type Response = { body: unknown } | { bytes: Uint8Array | string } | { chunks: readonly object[] };

/** Starts it on a free port; `respond` sets the response of the following calls. */
export async function startModelServer() {
  const bodies: string[] = [];
  let response: Response = { body: {} };
  const server = createServer(async (request, reply) => {
    bodies.push(Buffer.concat(await request.toArray()).toString());
    const isStream = 'chunks' in response;
    reply.setHeader('content-type', isStream ? 'application/vnd.amazon.eventstream' : 'application/json');
    if ('chunks' in response) {
      for (const chunk of response.chunks)
        reply.write(encodeEvent('chunk', { bytes: btoa(JSON.stringify(chunk)) }));
      reply.end();
    } else reply.end('bytes' in response ? response.bytes : JSON.stringify(response.body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    options: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    /** The bodies of the requests, oldest first. */
    bodies,
    respond(next: Response) {
      response = next;
    },
    [Symbol.dispose]: () => void server.close(),
  };
}
