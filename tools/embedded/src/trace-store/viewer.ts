// The web page of traces: autotel-devtools. It needs a hundred times as long for a span as `TraceMemory`, and under load the
// exporters' queues would overflow meanwhile; so it receives spans only after its first visitor.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { attachDevtoolsRoutes, DevtoolsServer } from 'autotel-devtools/server';

/** Traces that the page shows. */
const MAX_TRACES = 1_000;
/** Spans kept for the first visitor, the newest ones; they take some seconds to load. */
export const MAX_WAITING_SPANS = 5_000;

export type Viewer = {
  /** Shows an OTLP export request in its JSON shape, which contains `spanCount` spans. */
  show(request: unknown, spanCount: number): void;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
};

/** Serves the viewer's pages through `handle`, and its live updates as a WebSocket on `server`. */
export function createViewer(server: Server): Viewer {
  const limits = { maxTraceCount: MAX_TRACES, maxTraces: MAX_TRACES };
  const devtools = new DevtoolsServer({ server, host: '127.0.0.1', ...limits });
  // Its routes answer every request of their server; this one never listens and gets only the requests of `handle`.
  const routes = createServer();
  attachDevtoolsRoutes(routes, devtools, { title: 'Trace Mesh', loopbackOnly: true });
  const waiting: { request: unknown; spanCount: number }[] = [];
  let waitingSpans = 0;
  let hasVisitor = false;
  const feed = (request: unknown) => void devtools.ingestOtlp('traces', request);
  return {
    show(request, spanCount) {
      if (hasVisitor) return feed(request);
      waiting.push({ request, spanCount });
      waitingSpans += spanCount;
      while (waitingSpans > MAX_WAITING_SPANS) waitingSpans -= waiting.shift()?.spanCount ?? 0;
    },
    handle(request, response) {
      hasVisitor ||= request.url !== '/healthz';
      if (hasVisitor) for (const held of waiting.splice(0)) feed(held.request);
      routes.emit('request', request, response);
    },
    close: () => devtools.close(),
  };
}
