import {
  type Codec,
  connect,
  type FrameNames,
  frameCodec,
  jsonCodec,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { z } from 'zod';
import { Desk, type Transport } from '../transport.ts';
import { serveWebSocket } from './ws-server.ts';

const NAMES: FrameNames = { carry: { type: 'request', method: 3 } };

/** Row 16: the envelope of each message; the connection, which all flows share, is a link. */
export const wsJson = messages('websocket json', () => jsonCodec);

/** Row 17: the trace block of each frame. */
export const wsBinary = messages('websocket binary', () => frameCodec(NAMES));

function messages(name: string, codec: () => Codec): Transport {
  return {
    name,
    path: ['consumer process carry', 'producer send carry'],
    links: ['server GET /ws'],
    versionless: true,
    async open() {
      const desk = new Desk();
      const server = await serveWebSocket({
        codec: codec(),
        inside: true,
        onMessage: ({ data }) => desk.run(z.string().parse(data)),
      });
      const connection = await connect(server.url, {}, { codec: codec() });
      return {
        carry: (work) => desk.carry(work, (id) => sendMessage(connection, 'carry', id)),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}
