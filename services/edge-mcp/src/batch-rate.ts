// Revision 2025-03-26 has batches: one HTTP request with up to 100 calls. The gate counts the HTTP request, which is
// the first call. Each further one is counted here, or a batch would allow a hundred times the rate.
import { isJSONRPCRequest, type McpServer } from '@modelcontextprotocol/server';
import { RateLimitError } from '@trace-mesh/access/errors';
import { wrapTransport } from '@trace-mesh/tracing/mcp-server';

/** The SDK's code for a refusal. The batch's other calls have results, so the HTTP status cannot be 429. */
const REFUSED = -32_000;

/** Passes each request after the first to `server` when `admit` resolves, and refuses it when it rejects. Call it last. */
export function countBatch(server: McpServer, admit: () => Promise<void>): McpServer {
  return wrapTransport(server, (transport) => {
    let requests = 0;
    const refuse = (id: string | number, reason: unknown) => {
      const message = reason instanceof RateLimitError ? reason.message : 'internal error';
      transport
        .send({ jsonrpc: '2.0', id, error: { code: REFUSED, message } })
        .catch((error: Error) => transport.onerror?.(error));
    };
    return {
      received(message, next) {
        if (!isJSONRPCRequest(message) || requests++ === 0) return next();
        admit().then(
          () => next(),
          (reason: unknown) => refuse(message.id, reason),
        );
      },
    };
  });
}
