// The lab: sets the knobs of every process that is connected, and keeps what they report. It authenticates no process: the
// console decides who reaches it.
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { z } from 'zod';
import { Knobs, NO_KNOBS } from './knobs.ts';
import { CLOSE_BAD_MESSAGE, type FromLab, FromProcess, MAX_MESSAGE_BYTES, read } from './protocol.ts';
import type { WireRecord } from './wire.ts';
import { createWireStore, MAX_TRACES } from './wire-store.ts';

/** How long a change waits for the processes to apply it, in ms. */
const APPLY_TIMEOUT_MS = 2_000;

export interface LabOptions {
  applyTimeoutMs?: number;
  maxTraces?: number;
}

/** Names of services, each once. */
export interface Applied {
  applied: string[];
  /** Connected, without a confirmation within `applyTimeoutMs`; they may still follow. */
  missing: string[];
}

export interface Lab extends AsyncDisposable {
  /** Accepts the upgrades on `path` of `server`, and leaves all others to other listeners. */
  attach(server: Server, path?: string): void;
  knobs(): Knobs;
  /** Sets all knobs; absent ones get their defaults. Rejects with a `ZodError` for unknown knobs. */
  setKnobs(knobs: z.input<typeof Knobs>): Promise<Applied>;
  /** The connected services, in alphabetical order. */
  services(): string[];
  /** What was sent in a trace, in the order of arrival. */
  wire(traceId: string): WireRecord[];
  /** Calls `listener` with each record as it arrives, until the result is disposed. */
  onWire(listener: (record: WireRecord) => void): Disposable;
}

interface Peer {
  service: string;
  socket: WebSocket;
  /** The last version of the knobs that it confirmed. */
  version: number;
}

/** A lab without set knobs; disposing it closes all connections. */
export function createLab(options: LabOptions = {}): Lab {
  const { applyTimeoutMs = APPLY_TIMEOUT_MS, maxTraces = MAX_TRACES } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const peers = new Set<Peer>();
  const store = createWireStore(maxTraces);
  const events = new EventEmitter().setMaxListeners(0);
  const attached = new DisposableStack();
  let knobs = NO_KNOBS;
  let version = 0;

  sockets.on('connection', (socket: WebSocket) => {
    const peer: Peer = { service: '', socket, version: -1 };
    socket.on('message', (raw) => {
      const message = read(FromProcess, raw);
      // `hello` comes first.
      if (!message || (message.type !== 'hello' && !peers.has(peer))) {
        return socket.close(CLOSE_BAD_MESSAGE, 'not a message of the lab');
      }
      receive(peer, message);
    });
    // `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      peers.delete(peer);
      events.emit('peers');
    });
  });

  function receive(peer: Peer, message: FromProcess): void {
    if (message.type === 'hello') {
      peer.service = message.service;
      peers.add(peer);
      sendKnobs(peer);
    }
    if (message.type === 'applied') {
      peer.version = message.version;
      events.emit('peers');
    }
    if (message.type !== 'wire') return;
    for (const record of message.records) {
      store.add(record);
      events.emit('wire', record);
    }
  }

  function sendKnobs({ socket }: Peer): void {
    const message: FromLab = { type: 'knobs', version, knobs };
    socket.send(JSON.stringify(message));
  }

  return {
    attach(server, path = '/lab') {
      const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (new URL(request.url ?? '/', 'ws://localhost').pathname !== path) return;
        sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request));
      };
      server.on('upgrade', upgrade);
      attached.defer(() => void server.off('upgrade', upgrade));
    },
    knobs: () => knobs,
    async setKnobs(given) {
      knobs = Knobs.parse(given);
      version += 1;
      const wanted = version;
      const connected = [...peers];
      for (const peer of connected) sendKnobs(peer);
      // A process that disconnects receives the knobs when it comes back.
      const late = () => connected.filter((peer) => peers.has(peer) && peer.version < wanted);
      const signal = AbortSignal.timeout(applyTimeoutMs);
      while (late().length > 0 && !signal.aborted) {
        // Rejects at the timeout: `missing` names the late ones.
        await once(events, 'peers', { signal }).catch(() => undefined);
      }
      return { applied: names(connected.filter((peer) => peer.version >= wanted)), missing: names(late()) };
    },
    services: () => names(peers),
    wire: (traceId) => store.of(traceId),
    onWire(listener) {
      events.on('wire', listener);
      return { [Symbol.dispose]: () => void events.off('wire', listener) };
    },
    async [Symbol.asyncDispose]() {
      attached.dispose();
      const closed = once(sockets, 'close');
      sockets.close();
      for (const client of sockets.clients) client.terminate();
      await closed;
    },
  };
}

const names = (peers: Iterable<Peer>): string[] =>
  [...new Set(Array.from(peers, ({ service }) => service))].sort();
