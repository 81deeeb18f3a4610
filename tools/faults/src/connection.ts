// A process's connection to the lab: receives knobs, reports what was injected. It is not traced, does not keep the process
// alive, and does not matter to a process that has no lab.
import { connect as connectTcp } from 'node:net';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { WebSocket } from 'ws';
import { NO_KNOBS } from './knobs.ts';
import {
  CLOSE_BAD_MESSAGE,
  FromLab,
  type FromProcess,
  MAX_BATCH,
  MAX_MESSAGE_BYTES,
  read,
} from './protocol.ts';
import { onNewInjection, service, setKnobs, takeInjections } from './state.ts';
import { recordOf } from './wire-text.ts';

/** How long a program waits for its first knobs, in ms; it does not wait where no lab listens. */
export const FIRST_KNOBS_MS = 5_000;
/** The wait before a connection is made again, in ms. */
const RECONNECT_MS = 500;
/** How long injections are collected before they are reported, in ms. */
const REPORT_MS = 20;

/**
 * Connects to `url`, and again after each loss; without a connection no knob is set. Resolves when the first knobs are in
 * force, or when the attempt has failed.
 */
export async function openConnection(url: string, firstKnobsMs = FIRST_KNOBS_MS): Promise<void> {
  const first = Promise.withResolvers<void>();
  // The only thing that keeps the process alive, until its program starts.
  const timeout = setTimeout(first.resolve, firstKnobsMs);
  context.with(suppressTracing(ROOT_CONTEXT), connect, undefined, url, first.resolve);
  await first.promise;
  clearTimeout(timeout);
}

function connect(url: string, settled: () => void): void {
  const { hostname, port } = new URL(url);
  const socket = new WebSocket(url, {
    handshakeTimeout: FIRST_KNOBS_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    createConnection: () => connectTcp(Number(port), hostname).unref(),
  });
  const send = (message: FromProcess) => socket.send(JSON.stringify(message));

  let stopReporting = () => {};

  socket.on('open', () => {
    send({ type: 'hello', service });
    stopReporting = report(send);
  });
  socket.on('message', (raw) => {
    const message = read(FromLab, raw);
    if (!message) return socket.close(CLOSE_BAD_MESSAGE, 'not a message of the lab');
    setKnobs(message.knobs);
    send({ type: 'applied', version: message.version });
    settled();
  });
  // `close` follows, and connects again.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    stopReporting();
    // No lab is left that could reset them.
    setKnobs(NO_KNOBS);
    settled();
    setTimeout(connect, RECONNECT_MS, url, settled).unref();
  });
}

/** Reports the waiting injections and each new one, until the returned function is called. */
function report(send: (message: FromProcess) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    for (let taken = takeInjections(MAX_BATCH); taken.length > 0; taken = takeInjections(MAX_BATCH)) {
      send({ type: 'wire', records: taken.flatMap((injection) => recordOf(injection) ?? []) });
    }
  };
  onNewInjection(() => {
    timer ??= setTimeout(flush, REPORT_MS).unref();
  });
  flush();
  return () => {
    onNewInjection(() => undefined);
    clearTimeout(timer);
  };
}
