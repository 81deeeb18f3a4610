// How a handshake's context arrives, in three ways: HTTP headers; for browsers, whose WebSocket sets no header, extra
// subprotocols (`new WebSocket(url, ['mesh.v1.json', 'traceparent.00-…'])`); or the first message, `hello` (websocket/handshake.ts).
import type { IncomingMessage } from 'node:http';
import { trace } from '@opentelemetry/api';
import { type Carrier, extractFromOutside } from '../context/carrier.ts';

/** The longest list of subprotocols that is read, in characters: what a header line may hold. */
export const MAX_PROTOCOLS_LENGTH = 8 * 1024;

// A subprotocol is an HTTP token (RFC 6455 section 4.1, RFC 9110 section 5.6.2): letters, digits and !#$%&'*+-.^_`|~.
// `traceparent` is one as it stands; the others hold commas, equals signs and spaces and go as base64url.
const PLAIN = ['traceparent'];
const ENCODED = ['tracestate', 'baggage'];
const AGENT = 'agent-id';
const BEARER = 'bearer';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
// A JWT is made of such characters alone, and longer.
const JWT = /^[\w.-]{1,4096}$/;

const isToken = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value);

/** What a list of subprotocols keeps for the real ones, in characters. */
const RESERVED_LENGTH = 256;

/** Who a client is, beside its context: the agent's id, and its bearer token, a JWT. */
export interface Introduction {
  agentId?: string | undefined;
  token?: string | undefined;
}

/**
 * The context of `carrier` as subprotocols to offer beside the real one. What is no token where it has to be is left out,
 * and so is what would make the list longer than its reader takes: baggage goes before token and trace do.
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

/** What a client's handshake says. */
export interface Handshake {
  /** What carries the client's context; `undefined` where the handshake brought none and the first message may. */
  carrier: Carrier | undefined;
  agentId: string | undefined;
  /** The `Authorization` that the client brought, in whichever way; it says nothing about whether it is valid. */
  authorization: string | undefined;
}

/** Reads a handshake: headers first, then subprotocols. Whatever is malformed counts as not sent. */
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

/** An agent's id where it is a plain token of at most 128 characters. */
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
