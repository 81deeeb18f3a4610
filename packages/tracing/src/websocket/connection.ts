import { randomUUID } from 'node:crypto';
import type { Attributes, Context } from '@opentelemetry/api';
import type { WebSocket } from 'ws';
import type { Trust } from '../context/trust.ts';
import { ATTR_MESH_AGENT_ID } from '../spans/attributes.ts';
import type { Codec } from './codec.ts';
import type { Inbox } from './inbox.ts';

/** An open WebSocket with the results of its handshake; immutable. */
export interface Connection {
  /** Names the connection in logs and in a registry; never sent. */
  readonly id: string;
  readonly socket: WebSocket;
  /** The context of the handshake's span, to which the span of every message links. */
  readonly ctx: Context;
  /** How much of the peer's context is kept and obeyed. */
  readonly trust: Trust;
  /** The id that the client sent, if any. */
  readonly agentId: string | undefined;
  readonly codec: Codec;
  /** The received messages; read them with `onMessage`. */
  readonly inbox: Inbox;
}

export const newConnection = (parts: Omit<Connection, 'id'>): Connection =>
  Object.freeze({ id: randomUUID(), ...parts });

/** The attribute of the peer on the handshake's and every message's span. */
export const agentAttributes = (agentId: string | undefined): Attributes =>
  agentId ? { [ATTR_MESH_AGENT_ID]: agentId } : {};
