// MCP over HTTP as bytes: the SDK's client would refuse to send most of what is sent here.
import { inject } from 'vitest';
import type { Attacker } from './attacker.ts';
import type { Answer } from './input.ts';

const MODERN = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'hostile', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export interface McpAnswer extends Answer {
  status: number;
  result?: unknown;
  error?: unknown;
}

/** Posts `body` to the MCP endpoint, and reads the answer, bare or as an event. */
export async function postMcp(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<McpAnswer> {
  const response = await fetch(inject('endpoints')['edge-mcp'], {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': MODERN,
      ...headers,
    },
    body,
  });
  const text = await response.text();
  const { result, error } = messageIn(text);
  return { status: response.status, traceId: response.headers.get('x-trace-id'), text, result, error };
}

interface CallParams extends Record<string, unknown> {
  _meta?: Record<string, unknown>;
}

/** Calls a tool in the modern era. */
export function callTool(
  { bearer }: Pick<Attacker, 'bearer'>,
  params: CallParams,
  headers: Record<string, string> = {},
): Promise<McpAnswer> {
  const whole = { ...params, _meta: { ...META, ...params._meta } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: whole });
  return postMcp(body, {
    authorization: bearer,
    'mcp-method': 'tools/call',
    'mcp-name': String(params.name),
    ...headers,
  });
}

function messageIn(text: string): Pick<McpAnswer, 'result' | 'error'> {
  // Of an event stream the last one: progress comes before it.
  const json = [...text.matchAll(/^data: (.+)$/gm)].at(-1)?.[1] ?? text;
  try {
    return JSON.parse(json) as McpAnswer;
  } catch {
    // No message, as a 404 or 413 has none: the status and the text say all there is.
    return {};
  }
}
