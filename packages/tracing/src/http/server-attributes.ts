// The attributes of a server span that its request has. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import parseForwarded from 'forwarded-parse';
import { knownMethod } from './methods.ts';
import { redactQuery, splitAuthority } from './url.ts';

/** All but the method and the path, with which the span starts. */
export function serverAttributes(request: IncomingMessage, scheme: string, query?: string): Attributes {
  const { headers, method, httpVersion, socket } = request;
  const server = serverOf(headers, scheme);
  return {
    [ATTR_URL_SCHEME]: scheme,
    [ATTR_URL_QUERY]: query ? redactQuery(query) : undefined,
    [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: knownMethod(method) === '_OTHER' ? method : undefined,
    [ATTR_SERVER_ADDRESS]: server?.host,
    [ATTR_SERVER_PORT]: server?.port,
    [ATTR_NETWORK_PEER_ADDRESS]: socket.remoteAddress,
    [ATTR_NETWORK_PEER_PORT]: socket.remotePort,
    [ATTR_NETWORK_PROTOCOL_VERSION]: httpVersion,
    [ATTR_CLIENT_ADDRESS]: clientOf(headers) ?? socket.remoteAddress,
    [ATTR_USER_AGENT_ORIGINAL]: headers['user-agent'],
  };
}

/** The server as its caller named it, to a proxy where there is one. */
function serverOf(headers: IncomingHttpHeaders, scheme: string) {
  const { host, proto } = forwardedBy(headers, 'host') ?? {};
  if (host) return splitAuthority(host, proto);
  const given = first(headers['x-forwarded-host']);
  if (given) return splitAuthority(given, first(headers['x-forwarded-proto']));
  return headers.host ? splitAuthority(headers.host, scheme) : undefined;
}

function clientOf(headers: IncomingHttpHeaders): string | undefined {
  const given = forwardedBy(headers, 'for')?.for ?? first(headers['x-forwarded-for'])?.split(',')[0]?.trim();
  if (!given) return undefined;
  return URL.parse(`http://${given}`)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? given;
}

/** The first element of `Forwarded` (RFC 7239) that has the parameter. */
function forwardedBy(
  { forwarded }: IncomingHttpHeaders,
  parameter: string,
): Record<string, string> | undefined {
  if (!forwarded) return undefined;
  try {
    return parseForwarded(forwarded).find((element) => element[parameter]);
  } catch {
    return undefined; // any text may stand in the header
  }
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
