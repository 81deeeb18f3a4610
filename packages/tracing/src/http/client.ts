// Client spans of `node:http` and `node:https`, from the channels that Node publishes. A request is published when it has been
// made, before its headers are sent.
import { subscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as newRequest } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Attributes } from '@opentelemetry/api';
import { type Call, startCall, type Target } from './call.ts';
import { injectRequest } from './headers.ts';
import { knownMethod } from './methods.ts';
import { redactQuery, splitAuthority } from './url.ts';

/** The property in which Node keeps host and port of a request (24.21 does, 24.11 does not): its `Host` header may name others. */
let authorityOf: (request: ClientRequest) => string;

function findAuthority(): boolean {
  const probe = newRequest({ createConnection: () => new PassThrough() });
  const property = Object.getOwnPropertySymbols(probe).find(
    ({ description }) => description === 'kAuthority',
  );
  authorityOf = (request) => String(request[property as keyof ClientRequest]);
  return property !== undefined;
}

const CALL = Symbol('trace-mesh.call');

type Traced<T> = T & { [CALL]?: Call };

/**
 * Traces every request of `node:http` and `node:https` from now on. False where the channels do not suffice: an older Node does not
 * say where a request goes.
 */
export function traceClients(): boolean {
  if (!findAuthority()) return false;
  const on = <Message>(name: string, listener: (message: Message) => void) =>
    subscribe(`http.client.${name}`, (message) => listener(message as Message));
  on<{ request: ClientRequest }>('request.created', ({ request }) => start(request));
  on<{ request: Traced<ClientRequest>; error: Error }>('request.error', ({ request, error }) =>
    request[CALL]?.fail(error),
  );
  on<{ request: Traced<ClientRequest>; response: IncomingMessage }>(
    'response.finish',
    ({ request, response }) => request[CALL] && answer(request[CALL], response),
  );
  return true;
}

function start(request: Traced<ClientRequest>): void {
  const authority = authorityOf(request);
  const { host, port } = splitAuthority(authority, request.protocol.slice(0, -1));
  const target = { host: host.replace(/^\[(.*)\]$/, '$1'), port };
  request[CALL] = startCall(
    knownMethod(request.method),
    target,
    {},
    () => attributesOf(request, authority, target),
    (ctx) => injectRequest(request, `${request.protocol}//${authority}`, ctx),
  );
  request.on('close', onClose);
}

function attributesOf(request: ClientRequest, authority: string, { host, port }: Target): Attributes {
  const { method, path, protocol } = request;
  const at = path.indexOf('?');
  const query = at === -1 ? '' : `?${redactQuery(path.slice(at + 1))}`;
  return {
    'http.request.method_original': knownMethod(method) === '_OTHER' ? method : undefined,
    'server.address': host,
    'server.port': port,
    'url.full': `${protocol}//${authority}${at === -1 ? path : path.slice(0, at)}${query}`,
    'user_agent.original': request.getHeader('user-agent') as string | undefined,
  };
}

function answer(call: Call, response: Traced<IncomingMessage>): void {
  response[CALL] = call;
  const { statusCode = 0, httpVersion, socket } = response;
  call.version = httpVersion;
  call.answer(statusCode, {
    'network.peer.address': socket.remoteAddress,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': httpVersion,
  });
  response.on('end', onEnd);
  response.on(errorMonitor, onError);
}

function onEnd(this: Traced<IncomingMessage>): void {
  this[CALL]?.end();
}

function onError(this: Traced<IncomingMessage>, error: Error): void {
  this[CALL]?.fail(error);
}

function onClose(this: Traced<ClientRequest>): void {
  if (!this.aborted) this[CALL]?.end();
}
