// The attributes of a server span that its request has. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import parseForwarded from 'forwarded-parse';
import { knownMethod } from './methods.ts';
import { redactQuery, splitAuthority } from './url.ts';

/** All but the method and the path, with which the span starts. */
export function serverAttributes(request: IncomingMessage, scheme: string, query?: string): Attributes {
  const { headers, method, httpVersion, socket } = request;
  const server = serverOf(headers, scheme);
  return {
    'url.scheme': scheme,
    'url.query': query ? redactQuery(query) : undefined,
    'http.request.method_original': knownMethod(method) === '_OTHER' ? method : undefined,
    'server.address': server?.host,
    'server.port': server?.port,
    'network.peer.address': socket.remoteAddress,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': httpVersion,
    'client.address': clientOf(headers) ?? socket.remoteAddress,
    'user_agent.original': headers['user-agent'],
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
