// The page on which a person sees traces: autotel-devtools, fed with the same spans, but only once somebody looks. It takes a
// hundred times as long for a span as the memory beside it does, and under load the exporters' queues would overflow meanwhile.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { attachDevtoolsRoutes, DevtoolsServer } from 'autotel-devtools/server';

/** Traces that the page shows at once. */
const SHOWN = 1_000;
/** How many spans wait for the first who looks; the oldest go. They take some seconds to be shown. */
export const MAX_WAITING_SPANS = 5_000;

export type Viewer = {
  /** Shows so many spans, given as an OTLP export request in its JSON shape. */
  show(request: unknown, spans: number): void;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
};

/** Serves the viewer's pages through `handle`, and its live updates as a WebSocket on `server`. */
export function createViewer(server: Server): Viewer {
  const devtools = new DevtoolsServer({ server, host: '127.0.0.1', maxTraceCount: SHOWN, maxTraces: SHOWN });
  // Its routes answer every request of the server they are attached to; this one never listens, we pass requests on.
  const routes = createServer();
  attachDevtoolsRoutes(routes, devtools, { title: 'Trace Mesh', loopbackOnly: true });
  const waiting: { request: unknown; spans: number }[] = [];
  let waitingSpans = 0;
  let isLookedAt = false;
  const feed = (request: unknown) => void devtools.ingestOtlp('traces', request);
  return {
    show(request, spans) {
      if (isLookedAt) return feed(request);
      waiting.push({ request, spans });
      waitingSpans += spans;
      while (waitingSpans > MAX_WAITING_SPANS) waitingSpans -= waiting.shift()?.spans ?? 0;
    },
    handle(request, response) {
      // Whoever asks whether the store is there does not look.
      isLookedAt ||= request.url !== '/healthz';
      if (isLookedAt) for (const held of waiting.splice(0)) feed(held.request);
      routes.emit('request', request, response);
    },
    close: () => devtools.close(),
  };
}
