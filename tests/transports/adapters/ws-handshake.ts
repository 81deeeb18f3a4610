import { runInContext } from '@trace-mesh/tracing/carrier';
import { type ConnectOptions, connect, jsonCodec } from '@trace-mesh/tracing/websocket';
import { Desk, type Transport } from '../transport.ts';
import { serveWebSocket } from './ws-server.ts';

/** Row 15, three ways: the request's headers, and for browsers its subprotocols, or the first message. */
export const wsHandshakes = (['headers', 'protocol', 'hello'] as const).map(handshake);

function handshake(via: NonNullable<ConnectOptions['via']>): Transport {
  return {
    name: `websocket handshake, ${via}`,
    path: ['server GET /ws', 'client GET /ws'],
    baggage: 'allow-list',
    carriesMcp: false,
    ...(via === 'hello' && { versionless: true }),
    async open() {
      const desk = new Desk();
      const server = await serveWebSocket({
        codec: jsonCodec,
        onOpen({ ctx, socket }, url) {
          runInContext(ctx, () => desk.run(url.searchParams.get('id') ?? '')).finally(() => socket.close());
        },
      });
      return {
        carry: (work) =>
          desk.carry(work, async (id) => {
            const { socket } = await connect(`${server.url}?id=${id}`, {}, { via, codec: jsonCodec });
            // Without a context in the handshake the server waits for the first message.
            socket.send(JSON.stringify({ type: 'ping' }));
          }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}
