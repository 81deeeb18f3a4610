// A trace backend that can fail: the services export to it, and it passes on to the trace store while it is well.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** `down` refuses connections, `slow` answers after `SLOW_MS`, `failing` with 500, `garbage` with what is no OTLP. */
export type Condition = 'well' | 'down' | 'slow' | 'failing' | 'garbage';

/** How long a slow backend takes, in ms: as long as an exporter waits by default. */
const SLOW_MS = 10_000;

export interface TraceBackend extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
  url: string;
  /** Where requests go on to: the `otlp` endpoint. Until it is known they wait. */
  passOnTo(otlp: string): void;
  become(condition: Condition): Promise<void>;
}

export async function openTraceBackend(): Promise<TraceBackend> {
  const store = Promise.withResolvers<string>();
  const closing = new AbortController();
  let condition: Condition = 'well';
  const server = createServer((request, response) => {
    // A caller that disconnected, or a store that is down: for the exporter a broken connection like any other.
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await listenOn(0);
  const { port } = server.address() as AddressInfo;

  async function listenOn(at: number): Promise<void> {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  }

  async function hangUp(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (condition === 'slow') await wait(SLOW_MS, undefined, { signal: closing.signal });
    if (condition === 'failing') return void response.writeHead(500).end();
    if (condition === 'garbage') {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      return void response.end('<html>no protobuf</html>');
    }
    const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
    const passed = await fetch(new URL('/v1/traces', await store.promise), {
      method: 'POST',
      // Jaeger refuses a `content-encoding: identity`.
      headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
      body: new Uint8Array(body),
    });
    response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? type });
    response.end(Buffer.from(await passed.arrayBuffer()));
  }

  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    passOnTo: store.resolve,
    async become(next) {
      condition = next;
      if (next === 'down') await hangUp();
      else if (!server.listening) await listenOn(port);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await hangUp();
    },
  };
}
