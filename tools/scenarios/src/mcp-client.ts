// The agent's MCP client.
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { allowOrigin } from '@trace-mesh/tracing/egress';
import type { FireOptions } from './scenario.ts';

/** Protocol revisions: the one without sessions, and the last one with a handshake. */
export const ERAS = { modern: '2026-07-28', legacy: '2025-11-25' } as const;
export type Era = keyof typeof ERAS;

/** Runs `work` with an MCP client that is connected over Streamable HTTP, and closes it. */
export function withMcpClient<T>(
  { endpoints, tokens }: FireOptions,
  work: (client: Client) => Promise<T>,
  era: Era = 'modern',
): Promise<T> {
  const url = endpoints['edge-mcp'];
  allowOrigin(url);
  const requestInit = { headers: { authorization: tokens.bearer() } };
  return withTransport(new StreamableHTTPClientTransport(new URL(url), { requestInit }), work, era);
}

/** The same over any transport. */
export async function withTransport<T>(
  transport: Transport,
  work: (client: Client) => Promise<T>,
  era: Era = 'modern',
): Promise<T> {
  const mode = era === 'modern' ? { pin: ERAS.modern } : 'legacy';
  const client = new Client({ name: 'trace-mesh-agent', version: '0.1.0' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
