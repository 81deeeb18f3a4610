// gRPC, both ends. Context crosses in the call's metadata, written and read by the instrumentation; handlers here are
// promises, and run with the caller's MCP context.
import * as grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { explainListenError } from './listen.ts';
import { trustClaimedMcpContext } from './mcp-context.ts';

/** How long a unary call may take, in ms, unless the caller says otherwise. */
export const GRPC_DEADLINE_MS = 5_000;

/** An expected failure of a handler: the caller sees this status and message, and nothing else. */
export class RpcError extends Error {
  override name = 'RpcError';
  readonly code: grpc.status;
  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

/** A unary handler from a promise. An `RpcError` becomes its status; anything else `INTERNAL`, without details. */
export function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
  onBug: (error: unknown) => void,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    context
      .with(trustClaimedMcpContext(context.active()), () => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => {
          if (!(error instanceof RpcError)) onBug(error);
          callback(statusOf(error));
        },
      );
  };
}

function statusOf(error: unknown): { code: grpc.status; details: string } {
  return error instanceof RpcError
    ? { code: error.code, details: error.message }
    : { code: grpc.status.INTERNAL, details: 'internal error' };
}

type StartUnary<Response> = (
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  done: grpc.requestCallback<Response>,
) => grpc.ClientUnaryCall;

/**
 * Makes a unary call as a promise: `callUnary((m, o, done) => client.Reserve(request, m, o, done))`. It has a deadline,
 * and aborting `signal` cancels it. Rejects with the `ServiceError`.
 */
export function callUnary<Response>(
  start: StartUnary<Response>,
  { deadlineMs = GRPC_DEADLINE_MS, signal }: { deadlineMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const call = start(new grpc.Metadata(), { deadline: Date.now() + deadlineMs }, (error, response) => {
      signal?.removeEventListener('abort', cancel);
      if (error || response === undefined) reject(error ?? new Error('the call ended without a response'));
      else resolve(response);
    });
    const cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}

/** Binds `server` and returns it as a resource; disposing waits for calls in flight. */
export async function listenGrpc(
  server: grpc.Server,
  { host, port }: { host: string; port: number },
): Promise<AsyncDisposable & { port: number }> {
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error, chosen) => {
      if (error) reject(explainListenError(asListenError(error), { host, port }));
      else resolve(chosen);
    });
  });
  return {
    port: bound,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  };
}

/** grpc-js words the errno into its message and drops the code. */
function asListenError(error: Error): Error {
  return error.message.includes('EADDRINUSE') ? Object.assign(error, { code: 'EADDRINUSE' }) : error;
}
