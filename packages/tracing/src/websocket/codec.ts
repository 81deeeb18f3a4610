// What a WebSocket subprotocol is to the mesh: one way of writing a message together with its context.
import type { Carrier } from '../context/carrier.ts';

/** One message: `type` names it, `data` is its payload. */
export interface Message {
  type: string;
  data: unknown;
  /** The sequence id of the message that this one answers, or of this one where it was received; JSON has none. */
  sequence?: bigint | undefined;
}

/** A message as it was received. */
export interface DecodedMessage extends Message {
  /** The sender's context as it was on the wire; empty where it sent none, or a malformed one. */
  carrier: Carrier;
}

/** Writes and reads the messages of one subprotocol. */
export interface Codec {
  /** The subprotocol's name in the handshake. */
  protocol: string;
  /** Throws the codec's documented error for what it cannot write. */
  encode(message: Message, carrier: Carrier): string | Buffer;
  /** Throws the codec's documented error for what it cannot read. */
  decode(bytes: Buffer): DecodedMessage;
}
