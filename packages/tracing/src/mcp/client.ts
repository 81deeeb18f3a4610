// MCP, the client's end: context crosses in `params._meta` (traceparent, tracestate, baggage, without a prefix),
// because a JSON-RPC call may share its HTTP request with others, or has none (stdio).
import type { Client } from '@modelcontextprotocol/client';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { fromToolError } from '../errors/carriers.ts';
import { withSpan } from '../spans/span.ts';
import { withTraceMeta } from './meta.ts';

export { traceMcpClient } from './client-handlers.ts';

/** Calls a tool in a CLIENT span, with its context in `_meta`. */
export function callTool(client: Client, ...[params, options]: Parameters<Client['callTool']>) {
  const attributes = { 'gen_ai.tool.name': params.name, 'gen_ai.operation.name': 'execute_tool' };
  return inCallSpan(`tools/call ${params.name}`, 'tools/call', client, attributes, async () => {
    const result = await client.callTool(withTraceMeta(params), options);
    // Inside the call's span, which records the tool's error and links to its origin.
    if (result.isError) fromToolError(result);
    return result;
  });
}

/** Reads a resource in a CLIENT span, with its context in `_meta`. */
export function readResource(client: Client, ...[params, options]: Parameters<Client['readResource']>) {
  return inCallSpan('resources/read', 'resources/read', client, { 'mcp.resource.uri': params.uri }, () =>
    client.readResource(withTraceMeta(params), options),
  );
}

/** Gets a prompt in a CLIENT span, with its context in `_meta`. */
export function getPrompt(client: Client, ...[params, options]: Parameters<Client['getPrompt']>) {
  const attributes = { 'gen_ai.prompt.name': params.name };
  return inCallSpan(`prompts/get ${params.name}`, 'prompts/get', client, attributes, () =>
    client.getPrompt(withTraceMeta(params), options),
  );
}

function inCallSpan<T>(
  name: string,
  method: string,
  client: Client,
  attributes: Attributes,
  call: () => Promise<T>,
): Promise<T> {
  const version = client.getNegotiatedProtocolVersion();
  const all = {
    'mcp.method.name': method,
    ...(version && { 'mcp.protocol.version': version }),
    ...attributes,
  };
  return withSpan(name, { kind: SpanKind.CLIENT, attributes: all }, call);
}
