// The measured handlers: one row for each. `handlers/<name>.ts` serves it.
import { type Caller, grpcCaller, httpCaller, mcpCaller, wsCaller } from './callers.ts';

export interface Handler {
  summary: string;
  /** What of the embedded mesh it needs. */
  needs: readonly ('migrations' | 'redis' | 'queue')[];
  /** Requests per second: few enough that each finds the server and the generator idle, in every mode. */
  rate: number;
  open(port: number): Promise<Caller> | Caller;
}

export const handlers = {
  empty: { summary: 'an express handler that answers a constant', needs: [], rate: 800, open: httpCaller },
  'pg-redis': {
    summary: 'one SELECT, one SET, one GET',
    needs: ['migrations', 'redis'],
    rate: 500,
    open: httpCaller,
  },
  'pg-redis-sqs': {
    summary: 'the same and one SQS message',
    needs: ['migrations', 'redis', 'queue'],
    rate: 200,
    open: httpCaller,
  },
  grpc: { summary: 'a unary gRPC call', needs: [], rate: 800, open: grpcCaller },
  ws: { summary: 'a WebSocket message there and back', needs: [], rate: 800, open: wsCaller },
  mcp: { summary: 'an MCP tool call', needs: [], rate: 200, open: mcpCaller },
} satisfies Record<string, Handler>;

export type HandlerName = keyof typeof handlers;
