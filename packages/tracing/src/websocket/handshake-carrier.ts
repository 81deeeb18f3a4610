// Where a handshake carries its context: HTTP headers; for browsers, whose WebSocket sets no header, extra subprotocols
// (`new WebSocket(url, ['mesh.v1.json', 'traceparent.00-…'])`); or the first message, `hello` (accept.ts).
import type { IncomingMessage } from 'node:http';
import { trace } from '@opentelemetry/api';
import { type Carrier, extractFromOutside } from '../context/carrier.ts';

/** The longest list of subprotocols that is read, in characters. */
export const MAX_PROTOCOLS_LENGTH = 8 * 1024;

// A subprotocol is an HTTP token (RFC 6455 section 4.1, RFC 9110 section 5.6.2): letters, digits and !#$%&'*+-.^_`|~.
// `traceparent` is one; the others hold commas, equals signs and spaces, and are sent as base64url.
const PLAIN = ['traceparent'];
const ENCODED = ['tracestate', 'baggage'];
const AGENT = 'agent-id';
const BEARER = 'bearer';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
// A JWT consists of such characters, and is longer.
const JWT = /^[\w.-]{1,4096}$/;

const isToken = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value);

/** The part of the list that is reserved for the real subprotocols, in characters. */
const RESERVED_LENGTH = 256;

/** A client's agent id and bearer token, a JWT. */
export interface Introduction {
  agentId?: string | undefined;
  token?: string | undefined;
}

/**
 * The context of `carrier` as subprotocols to offer beside the real one. Values that are not an HTTP token are left out, and so
 * are those beyond the reader's limit, in reverse order of the list: baggage first.
 */
export function contextProtocols(carrier: Carrier, { agentId, token }: Introduction = {}): string[] {
  let room = MAX_PROTOCOLS_LENGTH - RESERVED_LENGTH;
  const fits = (protocol: string) => {
    const length = protocol.length + 2; // with the comma and the space before it
    if (length > room) return false;
    room -= length;
    return true;
  };
  const protocols = [
    ...(token && JWT.test(token) ? [`${BEARER}.${token}`] : []),
    ...PLAIN.flatMap((name) => (isToken(carrier[name]) ? [`${name}.${carrier[name]}`] : [])),
    ...(isToken(agentId) ? [`${AGENT}.${agentId}`] : []),
    ...ENCODED.flatMap((name) => {
      const value = carrier[name];
      return value ? [`${name}.${Buffer.from(value).toString('base64url')}`] : [];
    }),
  ];
  return protocols.filter(fits);
}

/** The content of a client's handshake. */
export interface Handshake {
  /** The carrier of the client's context; undefined without one, in which case `hello` may have it. */
  carrier: Carrier | undefined;
  agentId: string | undefined;
  /** The client's `Authorization`, from header or subprotocol; not verified. */
  authorization: string | undefined;
}

/** Reads headers first, then subprotocols. Malformed values count as not sent. */
export function readHandshake(request: IncomingMessage): Handshake {
  const { headers } = request;
  const offered = readProtocols(headers['sec-websocket-protocol']);
  const token = offered[BEARER];
  return {
    carrier: [headers as Carrier, offered].find((carrier) =>
      trace.getSpanContext(extractFromOutside(carrier)),
    ),
    agentId: agentIdOf(headers['x-agent-id']) ?? agentIdOf(offered[AGENT]),
    authorization: headers.authorization ?? (token && `Bearer ${token}`),
  };
}

/** An agent's id if it is a token of at most 128 characters. */
export function agentIdOf(value: unknown): string | undefined {
  return isToken(value) ? value : undefined;
}

function readProtocols(header: string | undefined): Carrier {
  if (!header || header.length > MAX_PROTOCOLS_LENGTH) return {};
  const entries = header.split(',').flatMap((offer) => {
    const [, name = '', value = ''] = /^\s*([a-z-]+)\.(\S+)\s*$/.exec(offer) ?? [];
    if (PLAIN.includes(name) || name === AGENT || name === BEARER) return [[name, value]];
    return ENCODED.includes(name) ? [[name, Buffer.from(value, 'base64url').toString()]] : [];
  });
  return Object.fromEntries(entries) as Carrier;
}
