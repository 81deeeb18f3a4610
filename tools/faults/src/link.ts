// A process's line to the lab: knobs in, records out. Nothing of it is traced, and nothing waits for it: a process ends when
// it would have ended, and works on where nobody answers.
import { connect as connectTcp } from 'node:net';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { WebSocket } from 'ws';
import { listenForRecords, service, takeRecords, turn } from './here.ts';
import { NO_KNOBS } from './knobs.ts';
import {
  CLOSE_BAD_MESSAGE,
  FromLab,
  type FromProcess,
  MAX_BATCH,
  MAX_MESSAGE_BYTES,
  read,
} from './protocol.ts';

/** How long a program waits for its first knobs, in ms; where nobody listens it does not wait at all. */
export const FIRST_KNOBS_MS = 5_000;
/** How long the process rests before it tries again, in ms. */
export const RECONNECT_MS = 500;
/** How long records are gathered before they are told, in ms. */
const TELL_MS = 20;

/**
 * Connects to `url`, and again whenever the connection is lost; meanwhile no knob is turned. Resolves when the first knobs
 * are in force, or when it is clear that there are none yet.
 */
export async function openLink(url: string, firstKnobsMs = FIRST_KNOBS_MS): Promise<void> {
  const first = Promise.withResolvers<void>();
  // The one thing that holds the process, until the first knobs: its program waits for them.
  const givenUp = setTimeout(first.resolve, firstKnobsMs);
  context.with(suppressTracing(ROOT_CONTEXT), connect, undefined, url, first.resolve);
  await first.promise;
  clearTimeout(givenUp);
}

function connect(url: string, settled: () => void): void {
  const { hostname, port } = new URL(url);
  const socket = new WebSocket(url, {
    handshakeTimeout: FIRST_KNOBS_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    createConnection: () => connectTcp(Number(port), hostname).unref(),
  });
  const say = (message: FromProcess) => socket.send(JSON.stringify(message));

  let stopTelling = () => {};

  socket.on('open', () => {
    say({ type: 'hello', service });
    stopTelling = tellRecords(say);
  });
  socket.on('message', (raw) => {
    const told = read(FromLab, raw);
    if (!told) return socket.close(CLOSE_BAD_MESSAGE, 'this is no message of the lab');
    turn(told.knobs);
    say({ type: 'applied', version: told.version });
    settled();
  });
  // Nothing is lost by not looking at it: `close` follows, and is where the next attempt begins.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    stopTelling();
    // Nobody is there any more who could turn them back.
    turn(NO_KNOBS);
    settled();
    setTimeout(connect, RECONNECT_MS, url, settled).unref();
  });
}

/** Tells what waits, and from now on what is new, a little later; answers the way to stop that. */
function tellRecords(say: (message: FromProcess) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    for (let records = takeRecords(MAX_BATCH); records.length > 0; records = takeRecords(MAX_BATCH)) {
      say({ type: 'wire', records });
    }
  };
  listenForRecords(() => {
    if (!timer) timer = setTimeout(flush, TELL_MS).unref();
  });
  flush();
  return () => {
    listenForRecords(() => undefined);
    clearTimeout(timer);
  };
}
