// The page on which a person sees traces: autotel-devtools, fed with the same spans.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { attachDevtoolsRoutes, DevtoolsServer } from 'autotel-devtools/server';

/** Traces that the page shows at once. */
const SHOWN = 1_000;

export type Viewer = {
  /** Shows spans, given as an OTLP export request in its JSON shape. */
  show(request: unknown): void;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
};

/** Serves the viewer's pages through `handle`, and its live updates as a WebSocket on `server`. */
export function createViewer(server: Server): Viewer {
  const devtools = new DevtoolsServer({ server, host: '127.0.0.1', maxTraceCount: SHOWN, maxTraces: SHOWN });
  // Its routes answer every request of the server they are attached to; this one never listens, we pass requests on.
  const routes = createServer();
  attachDevtoolsRoutes(routes, devtools, { title: 'Trace Mesh', loopbackOnly: true });
  return {
    show: (request) => void devtools.ingestOtlp('traces', request),
    handle: (request, response) => void routes.emit('request', request, response),
    close: () => devtools.close(),
  };
}
