// The client of __name__: its tool as a function. `_meta` has the active context.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { allowOrigin } from '@trace-mesh/tracing/egress';
import { fromToolError } from '@trace-mesh/tracing/error-carriers';
import { callTool } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';

const REVISION = '2026-07-28';

export const Greeting = z.object({ greeting: z.string() });
export type Greeting = z.infer<typeof Greeting>;

export interface __Name__Client extends AsyncDisposable {
  /** Aborting `signal` cancels the call. Rejects with the tool's error. */
  greet(name: string, signal?: AbortSignal): Promise<Greeting>;
}

/** Connects to a URL such as `http://127.0.0.1:__port__/mcp` with this `authorization` (`Bearer …`). */
export async function connect__Name__(url: string, authorization: string): Promise<__Name__Client> {
  allowOrigin(url);
  const versionNegotiation = { mode: { pin: REVISION } };
  const client = new Client({ name: '__name__-client', version: '0.1.0' }, { versionNegotiation });
  const requestInit = { headers: { authorization } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return {
    async greet(name, signal) {
      const call = { name: 'greet', arguments: { name } };
      const result = await callTool(client, call, signal ? { signal } : {});
      if (result.isError)
        throw fromToolError(result) ?? new Error(`greet failed: ${JSON.stringify(result.content)}`);
      return Greeting.parse(result.structuredContent);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
