import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { z } from 'zod';
import { Desk, type Transport } from '../transport.ts';
import { serveWebSocket } from './ws-server.ts';

/** Row 16: the envelope of each message; the connection, which all flows share, is a link. */
export const wsJson: Transport = {
  name: 'websocket json',
  path: ['consumer process carry', 'producer send carry'],
  links: ['server GET /ws'],
  versionless: true,
  async open() {
    const desk = new Desk();
    const server = await serveWebSocket((connection) => {
      onMessage(
        connection,
        ({ data }) => desk.run(z.string().parse(data)),
        (error) => console.error(error),
      );
    });
    const connection = await connect(server.url);
    return {
      carry: (work) => desk.carry(work, (id) => sendMessage(connection, 'carry', id)),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
