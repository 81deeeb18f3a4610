// Unary gRPC calls, client and server. The instrumentation writes and reads context in the call's metadata; handlers return
// promises, and run with as much of the caller's context as is trusted. Streams: server-streams.ts and client-streams.ts.
import * as grpc from '@grpc/grpc-js';
import { withOrigin } from '@trace-mesh/tracing/error-grpc';
import { explainListenError } from '../listen.ts';
import { type RpcCall, type ServeOptions, supervise } from './call.ts';
import {
  callMetadata,
  callOptions,
  cancelOn,
  GRPC_DEADLINE_MS,
  oneResponse,
  type RpcOptions,
  type StartCall,
} from './options.ts';

export { RpcError } from './status.ts';
export type { RpcCall, RpcOptions, ServeOptions };

/** A unary handler from a promise. An `RpcError` becomes its status; anything else `INTERNAL`, without details. */
export function unary<Request, Response>(
  handle: (request: Request, call: RpcCall) => Promise<Response>,
  options: ServeOptions,
): grpc.handleUnaryCall<Request, Response> {
  return (call, answer) =>
    supervise(call, { work: (rpc) => handle(call.request, rpc), finish: answer, ...options });
}

/**
 * Makes a unary call as a promise: `callUnary((m, o, done) => client.Reserve(request, m, o, done))`. It has a deadline,
 * and aborting `signal` cancels it. Rejects with the `ServiceError`, whose `cause` is the far side's `TracedError`
 * where it sent one.
 */
export async function callUnary<Response>(
  start: StartCall<Response, grpc.ClientUnaryCall>,
  options: RpcOptions = {},
): Promise<Response> {
  const { promise, done } = oneResponse<Response>();
  const call = start(callMetadata(options), callOptions(options, GRPC_DEADLINE_MS), done);
  using _ = cancelOn(options.signal, call);
  try {
    return await promise;
  } catch (error) {
    throw withOrigin(error);
  }
}

/**
 * Options of a server with several instances: a connection takes calls for five minutes at most; the calls in flight then end as
 * usual. Its client looks the addresses up again, and so finds instances that were started meanwhile.
 * https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md
 */
export const BALANCED = { 'grpc.max_connection_age_ms': 300_000 };

/** How long a closing server waits for calls in flight, in ms; the remaining streams are then cut. */
export const GRPC_DRAIN_MS = 1_000;

/** Binds `server` and returns it as a resource; disposing waits for calls in flight, at most `drainMs`. */
export async function listenGrpc(
  server: grpc.Server,
  { host, port, drainMs = GRPC_DRAIN_MS }: { host: string; port: number; drainMs?: number },
): Promise<AsyncDisposable & { port: number }> {
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error, chosen) => {
      if (error) reject(explainListenError(asListenError(error), { host, port }));
      else resolve(chosen);
    });
  });
  return {
    port: bound,
    async [Symbol.asyncDispose]() {
      const cut = setTimeout(() => server.forceShutdown(), drainMs);
      await new Promise((resolve) => server.tryShutdown(resolve));
      clearTimeout(cut);
    },
  };
}

/** grpc-js has the errno in the message only. */
function asListenError(error: Error): Error {
  return error.message.includes('EADDRINUSE') ? Object.assign(error, { code: 'EADDRINUSE' }) : error;
}
