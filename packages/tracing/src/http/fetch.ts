// Client spans of `fetch` and undici, from the channels that undici publishes.
// https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
import { subscribe } from 'node:diagnostics_channel';
import type { TLSSocket } from 'node:tls';
import type { Attributes } from '@opentelemetry/api';
import { type Call, startCall, type Target } from './call.ts';
import { type FetchRequest, injectFetch } from './headers.ts';
import { knownMethod } from './methods.ts';
import { splitAuthority } from './url.ts';

const CALL = Symbol('trace-mesh.call');

type Traced = FetchRequest & { [CALL]?: Call };

/** Traces every request of `fetch` and undici from now on. Called once. */
export function traceFetch(): void {
  const on = <Message>(name: string, listener: (message: Message) => void) =>
    subscribe(`undici:${name}`, (message) => listener(message as Message));
  on<{ request: Traced }>('request:create', ({ request }) => start(request));
  on<{ request: Traced; socket: TLSSocket }>('client:sendHeaders', ({ request, socket }) =>
    send(request, socket),
  );
  on<{ request: Traced; response: { statusCode: number } }>('request:headers', ({ request, response }) =>
    request[CALL]?.answer(response.statusCode),
  );
  on<{ request: Traced }>('request:trailers', ({ request }) => request[CALL]?.end());
  on<{ request: Traced; error: Error }>('request:error', ({ request, error }) => fail(request, error));
}

function start(request: Traced): void {
  if (request.method === 'CONNECT') return;
  const method = knownMethod(request.method.toUpperCase());
  const [scheme = '', authority = ''] = String(request.origin).split('://');
  const target = { scheme, ...splitAuthority(authority, scheme) };
  request[CALL] = startCall(
    method,
    target,
    { 'url.path': request.path.split('?', 1)[0] },
    () => attributesOf(request, method, target),
    (ctx) => injectFetch(request, ctx),
  );
}

function attributesOf(request: Traced, method: string, { scheme, host, port }: Target): Attributes {
  const url = new URL(request.path, request.origin);
  return {
    'http.request.method_original': request.method === method ? undefined : request.method,
    'url.full': url.href,
    'url.path': url.pathname,
    'url.query': url.search || undefined,
    'url.scheme': scheme,
    'server.address': host,
    'server.port': port,
    'user_agent.original': userAgentOf(request),
  };
}

function userAgentOf({ headers }: Traced): string | undefined {
  if (typeof headers === 'string') return /^user-agent:\s*(.*)$/im.exec(headers)?.[1];
  const at = headers.findLastIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'user-agent');
  return at === -1 ? undefined : [headers[at + 1]].flat().at(-1);
}

function send(request: Traced, { remoteAddress, remotePort, alpnProtocol }: TLSSocket): void {
  const call = request[CALL];
  if (!call) return;
  call.version = alpnProtocol === 'h2' ? '2' : '1.1';
  if (!call.span.isRecording()) return;
  call.span.setAttributes({
    'network.peer.address': remoteAddress,
    'network.peer.port': remotePort,
    'network.protocol.version': call.version,
  });
}

/** A caller that aborts its request is no error. */
function fail(request: Traced, error: Error & { code?: string | number }): void {
  const { name, code } = error;
  if (name === 'AbortError' || code === DOMException.ABORT_ERR) request[CALL]?.end();
  else request[CALL]?.fail(error, code || name || 'Error');
}
