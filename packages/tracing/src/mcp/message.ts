// JSON-RPC messages as MCP's tracing needs to see them: requests, their responses, and what the conventions ask of both.
// See https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md.
import { PROTOCOL_VERSION_META_KEY, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { Attributes } from '@opentelemetry/api';
import { metaOf } from './meta.ts';

export interface McpRequest {
  id: string | number;
  method: string;
  params?: Record<string, unknown>;
}
export interface McpResponse {
  id: string | number;
  result?: { isError?: unknown };
  error?: { code: number; message: string };
}

export const isRequest = (m: object): m is McpRequest => 'method' in m && 'id' in m;
export const isResponse = (m: object): m is McpResponse => !('method' in m) && 'id' in m;

/** The id of the request that a `notifications/cancelled` calls off; undefined for any other message. */
export function cancelledRequest(message: object): string | number | undefined {
  const { method, params } = message as { method?: unknown; params?: { requestId?: unknown } | null };
  const id = method === 'notifications/cancelled' ? params?.requestId : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

// Methods a span or a metric may be named after. A caller can send any other; each would be a time series of its own.
const METHODS = new Set([
  ...['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'completion/complete'],
  ...['tools/call', 'tools/list', 'prompts/get', 'prompts/list', 'logging/setLevel'],
  ...['resources/read', 'resources/list', 'resources/templates/list'],
  ...['resources/subscribe', 'resources/unsubscribe'],
]);
const OTHER = '_OTHER';
/** Revisions of the protocol, for the same reason; the SDK's list ends with the last that had a handshake. */
const VERSIONS: ReadonlySet<unknown> = new Set(['2026-07-28', ...SUPPORTED_PROTOCOL_VERSIONS]);

/** What is registered at a server: only these names are fit for span names and metrics. */
export interface KnownNames {
  tools: ReadonlySet<string>;
  prompts: ReadonlySet<string>;
}

export interface Described {
  name: string;
  /** Of bounded cardinality: for span and metric alike. */
  shared: Attributes;
  /** For the span alone. */
  own: Attributes;
}

/** What a request does not say itself: the headers of its HTTP request, and what its connection has agreed on. */
export interface Surroundings {
  known: KnownNames;
  headers: Headers | undefined;
  negotiatedVersion: string | undefined;
}

/** The span's name and attributes for a request. */
export function describeRequest(request: McpRequest, around: Surroundings): Described {
  const { known, headers, negotiatedVersion } = around;
  const { params = {} } = request;
  const method = METHODS.has(request.method) ? request.method : OTHER;
  const tool = method === 'tools/call' ? nameIn(known.tools, params.name) : undefined;
  const prompt = method === 'prompts/get' ? nameIn(known.prompts, params.name) : undefined;
  const target = tool ?? prompt;
  const uri = method.startsWith('resources/') && typeof params.uri === 'string' ? params.uri : undefined;
  const version =
    claimedVersion(params) ??
    headers?.get('mcp-protocol-version') ??
    negotiatedVersion ??
    params.protocolVersion;
  const session = headers?.get('mcp-session-id');
  return {
    name: target === undefined ? method : `${method} ${target}`,
    shared: {
      'mcp.method.name': method,
      ...(VERSIONS.has(version) && { 'mcp.protocol.version': String(version) }),
      ...(tool && { 'gen_ai.tool.name': tool, 'gen_ai.operation.name': 'execute_tool' }),
      ...(prompt && { 'gen_ai.prompt.name': prompt }),
    },
    own: {
      'jsonrpc.request.id': String(request.id).slice(0, MAX_VALUE_LENGTH),
      ...(uri && { 'mcp.resource.uri': uri.slice(0, MAX_VALUE_LENGTH) }),
      ...(session && { 'mcp.session.id': session.slice(0, MAX_VALUE_LENGTH) }),
    },
  };
}

/** The most characters of a caller's own text that an attribute takes. */
export const MAX_VALUE_LENGTH = 256;

const nameIn = (known: ReadonlySet<string>, name: unknown): string | undefined =>
  typeof name === 'string' && known.has(name) ? name : undefined;

/** The revision that a request of the modern era names in its own envelope. */
const claimedVersion = (params: McpRequest['params']): unknown => metaOf(params)[PROTOCOL_VERSION_META_KEY];
