// A WebSocket subprotocol: the format of a message with its context.
import type { Carrier } from '../context/carrier.ts';

/** One message: `type` names it, `data` is its payload. */
export interface Message {
  type: string;
  data: unknown;
  /** The sequence id of this message when received, or of the message it answers when sent; JSON has none. */
  sequence?: bigint | undefined;
}

/** A received message. */
export interface DecodedMessage extends Message {
  /** The sender's context; empty if absent or malformed. */
  carrier: Carrier;
}

/** Writes and reads the messages of one subprotocol. */
export interface Codec {
  /** The transport name for `injectContext`. */
  readonly transport: 'websocket' | 'websocket-binary';
  /** The subprotocol's name in the handshake. */
  readonly protocol: string;
  /** Throws the codec's documented error for a message it cannot write. */
  encode(message: Message, carrier: Carrier): string | Buffer;
  /** Throws the codec's documented error for bytes it cannot read. `isBinary` is the frame's opcode. */
  decode(bytes: Buffer, isBinary?: boolean): DecodedMessage;
}

/** For the server's `handleProtocols`: the first offered subprotocol that a codec has, else `false`. */
export const chooseProtocol = (codecs: readonly Codec[]) => (offered: Set<string>) =>
  [...offered].find((protocol) => codecs.some((codec) => codec.protocol === protocol)) ?? false;

/**
 * The codec of a connection: that of its subprotocol. A client that named none is answered in the form of its first
 * message: the second codec if that is binary, else the first.
 */
export function agreedCodec(protocol: string, [text, binary = text]: [Codec, Codec?]): Codec {
  return [text, binary].find((codec) => codec.protocol === protocol) ?? codecOfFirstMessage(text, binary);
}

function codecOfFirstMessage(text: Codec, binary: Codec): Codec {
  let chosen: Codec | undefined;
  return {
    get transport() {
      return (chosen ?? text).transport;
    },
    get protocol() {
      return (chosen ?? text).protocol;
    },
    encode: (message, carrier) => (chosen ?? text).encode(message, carrier),
    decode(bytes, isBinary) {
      chosen ??= isBinary ? binary : text;
      return chosen.decode(bytes, isBinary);
    },
  };
}
