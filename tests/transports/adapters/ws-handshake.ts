import { runInContext } from '@trace-mesh/tracing/carrier';
import { connect } from '@trace-mesh/tracing/websocket';
import { Desk, type Transport } from '../transport.ts';
import { serveWebSocket } from './ws-server.ts';

/** Row 15: the headers of the request that opens the connection. */
export const wsHandshake: Transport = {
  name: 'websocket handshake',
  path: ['server GET /ws', 'client GET /ws'],
  baggage: 'allow-list',
  carriesMcp: false,
  async open() {
    const desk = new Desk();
    const server = await serveWebSocket(({ ctx, socket }, url) => {
      runInContext(ctx, () => desk.run(url.searchParams.get('id') ?? '')).finally(() => socket.close());
    });
    return {
      carry: (work) => desk.carry(work, (id) => connect(`${server.url}?id=${id}`)),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
