// JSON-RPC messages of MCP: requests, their responses, and the span names and attributes that the conventions give them.
// https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md.
import { PROTOCOL_VERSION_META_KEY, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { Attributes } from '@opentelemetry/api';
import { isObject, metaOf } from './meta.ts';

export interface McpRequest {
  id: string | number;
  method: string;
  params?: Record<string, unknown>;
}
/** A request inside a result: it has no JSON-RPC id. */
type InputRequest = Omit<McpRequest, 'id'>;
export interface McpResponse {
  id: string | number;
  result?: { isError?: unknown; resultType?: unknown; inputRequests?: unknown };
  error?: { code: number; message: string };
}

export const isRequest = (m: object): m is McpRequest => 'method' in m && 'id' in m;
export const isResponse = (m: object): m is McpResponse => !('method' in m) && 'id' in m;

/** The id of the request that a `notifications/cancelled` cancels; undefined for any other message. */
export function cancelledRequest(message: object): string | number | undefined {
  const { method, params } = message as { method?: unknown; params?: { requestId?: unknown } | null };
  const id = method === 'notifications/cancelled' ? params?.requestId : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/** The requests to the client in a result of the 2026 era; undefined for any other response. */
export function inputRequestsOf({ result }: McpResponse): Record<string, InputRequest> | undefined {
  const requests = result?.resultType === 'input_required' ? result.inputRequests : undefined;
  return isObject(requests) && Object.values(requests).every(isObject)
    ? (requests as Record<string, InputRequest>)
    : undefined;
}

// Methods that names of spans and metrics may contain: a caller can send any text, and each would be a new time series.
const METHODS = new Set([
  ...['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'completion/complete'],
  ...['tools/call', 'tools/list', 'prompts/get', 'prompts/list', 'logging/setLevel'],
  ...['resources/read', 'resources/list', 'resources/templates/list'],
  ...['resources/subscribe', 'resources/unsubscribe'],
  ...['sampling/createMessage', 'elicitation/create', 'roots/list'],
]);
const OTHER = '_OTHER';
/** Revisions of the protocol, for the same reason; the SDK's list ends with the last that has a handshake. */
const VERSIONS: ReadonlySet<unknown> = new Set(['2026-07-28', ...SUPPORTED_PROTOCOL_VERSIONS]);

/** The registered names of a server: only these become part of span names and metrics. */
export interface KnownNames {
  tools: ReadonlySet<string>;
  prompts: ReadonlySet<string>;
}

export interface Described {
  name: string;
  /** Of bounded cardinality: for span and metric. */
  shared: Attributes;
  /** For the span only. */
  own: Attributes;
}

/** What a request does not contain: transport, headers of its HTTP request, the negotiated protocol version. */
export interface Surroundings {
  transport: 'http' | 'stdio';
  known: KnownNames;
  headers: Headers | undefined;
  negotiatedVersion: string | undefined;
}

/** The span's name and attributes for a request. */
export function describeRequest(
  request: InputRequest & { id?: McpRequest['id'] },
  { known, headers, negotiatedVersion }: Surroundings,
): Described {
  const { id } = request;
  const params = isObject(request.params) ? request.params : {};
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
      ...(id !== undefined && { 'jsonrpc.request.id': String(id).slice(0, MAX_VALUE_LENGTH) }),
      ...(uri && { 'mcp.resource.uri': uri.slice(0, MAX_VALUE_LENGTH) }),
      ...(session && { 'mcp.session.id': session.slice(0, MAX_VALUE_LENGTH) }),
    },
  };
}

/** The length at which an attribute cuts a caller's text, in characters. */
export const MAX_VALUE_LENGTH = 256;

const nameIn = (known: ReadonlySet<string>, name: unknown): string | undefined =>
  typeof name === 'string' && known.has(name) ? name : undefined;

/** The revision that a request of the modern era names in its own envelope. */
const claimedVersion = (params: McpRequest['params']): unknown => metaOf(params)[PROTOCOL_VERSION_META_KEY];
