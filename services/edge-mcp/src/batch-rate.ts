// A batch, which older revisions of the protocol know, is one HTTP request with up to 100 calls in it: the gate has counted
// the first, and every further one is counted here, or a batch would be a hundred times the rate.
import { isJSONRPCRequest, type McpServer, type Transport } from '@modelcontextprotocol/server';
import { AccessError } from '@trace-mesh/access/errors';

/** The SDK's own code for what HTTP has a status for; the other calls of the batch are answered, so that 429 cannot be it. */
const REFUSED = -32_000;

/** Lets each further request that `server` receives in its one exchange through when `admit` resolves; call it last. */
export function countBatch(server: McpServer, admit: () => Promise<void>): McpServer {
  const connect = server.server.connect.bind(server.server);
  server.server.connect = async (transport: Transport) => {
    await connect(transport);
    countMessages(transport, admit);
  };
  return server;
}

function countMessages(transport: Transport, admit: () => Promise<void>): void {
  const { onmessage } = transport;
  let requests = 0;
  transport.onmessage = (message, extra) => {
    if (!isJSONRPCRequest(message) || requests++ === 0) return onmessage?.(message, extra);
    admit().then(
      () => onmessage?.(message, extra),
      (error: unknown) => {
        const known = error instanceof AccessError;
        const refusal = { code: REFUSED, message: known ? error.message : 'internal error' };
        transport
          .send({ jsonrpc: '2.0', id: message.id, error: refusal })
          .catch((cause: Error) => transport.onerror?.(cause));
      },
    );
  };
}
