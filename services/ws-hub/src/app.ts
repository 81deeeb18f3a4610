// The hub: WebSocket on /ws, in both subprotocols.
import type { Server } from 'node:http';
import { upgradeRefusalOf } from '@trace-mesh/access/websocket';
import { serveWebSockets } from '@trace-mesh/runtime/websocket';
import { MAX_FRAME_BYTES } from '@trace-mesh/tracing/websocket';
import { hubCodecs, serveClient } from './client-socket.ts';
import type { Deps } from './deps.ts';
import { admit } from './upgrade.ts';

/** Serves WebSocket on an HTTP server until disposed. */
export const createHub = (server: Server, deps: Deps): Disposable =>
  serveWebSockets(server, {
    path: '/ws',
    codecs: hubCodecs(),
    // A larger message than the largest frame is valid in no codec.
    maxPayload: MAX_FRAME_BYTES,
    admit: (request) => admit(deps, request),
    refusalOf: upgradeRefusalOf,
    onSocket: (socket, request, caller) => serveClient(deps, socket, request, caller),
    logger: deps.logger,
  });
