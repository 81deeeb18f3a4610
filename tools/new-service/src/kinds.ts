/** How callers reach a service: HTTP, gRPC, a WebSocket, MCP, or messages in a queue named like the service. */
export const KINDS = ['http', 'grpc', 'ws', 'mcp', 'sqs'] as const;
export type Kind = (typeof KINDS)[number];

export interface NewService {
  name: string;
  kind: Kind;
  /** The host port that compose publishes; undefined for a queue consumer. */
  port: number | undefined;
}
