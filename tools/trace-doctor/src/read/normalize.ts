// Spans of any age and instrumentation by the current names. An old attribute stays beside its new one, so that a check can report it.
import type { Span } from '../trace.ts';
import { currentName } from './renamed.ts';
import { FIELD_TAGS } from './tags.ts';

type Attributes = Record<string, unknown>;

/** Adds the current names to a span of a reader and to its resource, and removes the tags that became fields. */
export function normalize(span: Span): Span {
  const { attributes, kind, resource } = span;
  for (const tag of FIELD_TAGS) if (tag in attributes) delete attributes[tag];
  rename(attributes, kind);
  addParts(attributes, kind);
  for (const name of NUMBERS) if (name in attributes) attributes[name] = numberOf(attributes[name]);
  if (resource && !renamed.has(resource)) {
    renamed.add(resource);
    rename(resource, kind);
  }
  return span;
}

/** The spans of a process share its resource. */
const renamed = new WeakSet<Attributes>();

function rename(attributes: Attributes, kind: Span['kind']): void {
  for (const old of Object.keys(attributes)) {
    const name = currentName(old, kind);
    if (name !== undefined) attributes[name] ??= VALUES[name]?.[String(attributes[old])] ?? attributes[old];
  }
}

/** Values that were renamed with their attribute. */
const VALUES: Record<string, Record<string, string>> = {
  'messaging.operation.type': { publish: 'send', deliver: 'process' },
  'network.transport': { ip_tcp: 'tcp', ip_udp: 'udp', inproc: 'unix' },
};

/** Tags are strings in Zipkin and in some Jaeger clients. */
const NUMBERS = ['http.response.status_code', 'server.port', 'client.port', 'network.peer.port'];
const numberOf = (value: unknown) =>
  typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;

/** Attributes that were split or joined. */
function addParts(attributes: Attributes, kind: Span['kind']): void {
  const {
    'http.target': target,
    'http.host': host,
    'http.flavor': flavor,
    'rpc.service': service,
    'rpc.method': method,
    'rpc.grpc.status_code': code,
  } = attributes;
  if (typeof target === 'string') {
    const [path = '', query] = target.split(/\?(.*)/s);
    attributes['url.path'] ??= path;
    if (query) attributes['url.query'] ??= query;
  }
  if (typeof host === 'string' && (kind === 'client' || kind === 'server')) {
    const [, address, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
    attributes['server.address'] ??= address;
    if (port) attributes['server.port'] ??= Number(port);
  }
  if (flavor !== undefined) attributes['network.protocol.version'] ??= String(flavor);
  if (typeof service === 'string' && typeof method === 'string' && !method.includes('/'))
    attributes['rpc.method'] = `${service}/${method}`;
  if (code !== undefined) attributes['rpc.status_code'] ??= GRPC_CODES[Number(code)] ?? String(code);
}

/** https://grpc.io/docs/guides/status-codes/ in their order. */
const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
