// A client of the hub that sends any message, or the raw bytes of a WebSocket frame.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { newAttacker } from './attacker.ts';
import type { Answer } from './input.ts';
import { mcpwPing, messageIn } from './mcpw.ts';

/** How long the hub may take over one answer, in ms. */
const DEADLINE_MS = 10_000;
const JSON_PROTOCOL = 'mesh.v1.json';
export const BINARY_PROTOCOL = 'mesh.v1.mcpw';
const STILL_THERE = 'still there';

export interface HubAnswer extends Answer {
  /** The types of what came back, the codes of errors in their place. */
  said: string[];
  /** Whether a ping was answered after all that. */
  isServed: boolean;
  /** The close code; undefined for a connection that the hub left open. */
  closed?: number | undefined;
}

interface Open {
  protocol?: string;
  headers?: Record<string, string>;
  /** How many answers are to come before the ping that comes last. */
  answers?: number;
}

/** What a client does with its open connection: the socket, and the connection below it for bytes that are no message. */
type Act = (socket: WebSocket, wire: Socket) => void;

/** Opens a connection, acts on it, and reads until as many answers have come, and the last ping's, or the hub has closed. */
export async function withHub(act: Act, open: Open = {}): Promise<HubAnswer> {
  const { protocol = JSON_PROTOCOL, answers = 1, headers = { authorization: newAttacker().bearer } } = open;
  const socket = new WebSocket(inject('endpoints')['ws-hub'], [protocol], {
    headers,
    perMessageDeflate: false,
  });
  const wire = once(socket, 'upgrade').then(([response]) => response.socket as Socket);
  const messages: { type: string; data?: unknown }[] = [];
  let closed: number | undefined;
  const end = Promise.withResolvers<void>();
  const tooLong = setTimeout(() => end.reject(new Error(`only ${JSON.stringify(messages)}`)), DEADLINE_MS);
  const ping = () =>
    socket.send(
      protocol === JSON_PROTOCOL
        ? JSON.stringify({ type: 'ping', data: STILL_THERE })
        : mcpwPing(STILL_THERE),
    );
  socket.on('message', (bytes: Buffer, isBinary) => {
    messages.push(messageIn(bytes, isBinary));
    if (messages.length === answers) ping();
    if (messages.at(-1)?.data === STILL_THERE) end.resolve();
  });
  socket.on('error', () => undefined); // the close that follows has the code
  socket.on('close', (code) => {
    closed = code;
    end.resolve();
  });
  await once(socket, 'open');
  act(socket, await wire);
  if (answers === 0) ping();
  await end.promise.finally(() => clearTimeout(tooLong));
  socket.terminate();
  const isServed = messages.at(-1)?.data === STILL_THERE;
  if (isServed) messages.pop();
  return { said: messages.map(nameOf), isServed, closed, text: JSON.stringify(messages) };
}

function nameOf({ type, data }: { type: string; data?: unknown }): string {
  return type === 'error' ? String((data as { code?: unknown }).code) : type;
}
