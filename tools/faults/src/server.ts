// The lab's end of the line, for the console's process: it turns the knobs of every process that is connected, and keeps
// what they tell. Who may reach it is the console's decision; here, whoever does not speak the protocol is sent away.
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { z } from 'zod';
import { Knobs, NO_KNOBS } from './knobs.ts';
import { CLOSE_BAD_MESSAGE, type FromLab, FromProcess, MAX_MESSAGE_BYTES, read } from './protocol.ts';
import { createShelf, MAX_TRACES } from './shelf.ts';
import type { WireRecord } from './wire.ts';

/** How long a change waits for the processes to apply it, in ms. */
const APPLY_TIMEOUT_MS = 2_000;

export interface LabOptions {
  applyTimeoutMs?: number;
  maxTraces?: number;
}

/** Services by name, each once. */
export interface Applied {
  applied: string[];
  /** Connected, and silent for `applyTimeoutMs`: they may still follow. */
  missing: string[];
}

export interface Lab extends AsyncDisposable {
  /** Takes the upgrades on `path` of `server`; every other is left to others. */
  attach(server: Server, path?: string): void;
  knobs(): Knobs;
  /** Turns all knobs at once; what is left out is at rest. Throws a `ZodError` for knobs that there are not. */
  setKnobs(knobs: z.input<typeof Knobs>): Promise<Applied>;
  /** Who is connected, by name, in alphabetical order. */
  services(): string[];
  /** What was sent in a trace, in the order of arrival. */
  wire(traceId: string): WireRecord[];
  /** Hears of each record as it arrives, until disposed. */
  onWire(listener: (record: WireRecord) => void): Disposable;
}

interface Peer {
  service: string;
  socket: WebSocket;
  /** The last version of the knobs that it has put into force. */
  version: number;
}

/** A lab with all knobs at rest and nobody connected; disposing sends everybody away. */
export function createLab(options: LabOptions = {}): Lab {
  const { applyTimeoutMs = APPLY_TIMEOUT_MS, maxTraces = MAX_TRACES } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const peers = new Set<Peer>();
  const shelf = createShelf(maxTraces);
  const events = new EventEmitter().setMaxListeners(0);
  const attached = new DisposableStack();
  let knobs = NO_KNOBS;
  let version = 0;

  sockets.on('connection', (socket: WebSocket) => {
    const peer: Peer = { service: '', socket, version: -1 };
    socket.on('message', (raw) => {
      const message = read(FromProcess, raw);
      // Until it has said who it is there is nobody to hear.
      if (!message || (message.type !== 'hello' && !peers.has(peer))) {
        return socket.close(CLOSE_BAD_MESSAGE, 'this is no message of the lab');
      }
      hear(peer, message);
    });
    // `close` follows, and is all there is to do about it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      peers.delete(peer);
      events.emit('peers');
    });
  });

  function hear(peer: Peer, message: FromProcess): void {
    if (message.type === 'hello') {
      peer.service = message.service;
      peers.add(peer);
      give(peer);
    }
    if (message.type === 'applied') {
      peer.version = message.version;
      events.emit('peers');
    }
    if (message.type !== 'wire') return;
    for (const record of message.records) {
      shelf.add(record);
      events.emit('wire', record);
    }
  }

  function give({ socket }: Peer): void {
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
      const asked = [...peers];
      for (const peer of asked) give(peer);
      // One that goes away meanwhile has nothing to apply; coming back it is given the knobs.
      const late = () => asked.filter((peer) => peers.has(peer) && peer.version < wanted);
      const signal = AbortSignal.timeout(applyTimeoutMs);
      while (late().length > 0 && !signal.aborted) {
        // An aborted wait is the timeout: the answer tells who was late.
        await once(events, 'peers', { signal }).catch(() => undefined);
      }
      return { applied: names(asked.filter((peer) => peer.version >= wanted)), missing: names(late()) };
    },
    services: () => names(peers),
    wire: (traceId) => shelf.of(traceId),
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
