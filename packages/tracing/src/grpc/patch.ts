// Replaces the patches of the gRPC instrumentation: a call that is not sampled only carries its context, and every call has metadata of
// its own, since a program may use the same object again. decisions/024-patched-grpc-instrumentation.md, 036
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type CallKind, type Client, type GrpcTracer, type Method, startCall } from './client-call.ts';
import { type Register, serveInSpan } from './server-call.ts';

/** A method of a generated client, with its path and kind. */
interface GeneratedMethod extends Method<Client> {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
}

type Library = CallKind['library'];

/** The methods of the instrumentation that make its patches. */
interface Patches extends GrpcTracer {
  getConfig(): { ignoreGrpcMethods?: string[] };
  _patchServer(): (register: Register) => Register;
  _getPatchedClientMethods(library: Library): (original: GeneratedMethod) => Method<Client>;
  _patchClientRequestMethod(
    library: Library,
    responseStream: boolean,
    name: string,
  ): (original: Method<Client>) => Method<Client>;
}

/** Replaces the patches of servers, of generated clients and of `Client.make…Request`. */
export function patchGrpc(instrumentation: Instrumentation): void {
  const grpc = instrumentation as unknown as Patches;
  const ignored = new Set(grpc.getConfig().ignoreGrpcMethods?.map((name) => name.toLowerCase()));
  const isIgnored = (path: string) => ignored.has(path.slice(path.lastIndexOf('/') + 1).toLowerCase());

  grpc._patchServer = () => (register) =>
    function (path, handler, ...rest) {
      return register.call(this, path, isIgnored(path) ? handler : serveInSpan(grpc, path, handler), ...rest);
    };
  grpc._getPatchedClientMethods = (library) => (original) => {
    const { path, requestStream, responseStream } = original;
    const kind = { library, responseStream, metadataAt: requestStream ? 0 : 1 };
    const traced: Method<Client> = function (...args) {
      return startCall(grpc, this, { path, ...kind }, args, original);
    };
    return Object.assign(traced, original);
  };
  grpc._patchClientRequestMethod = (library, responseStream, name) => {
    // After path, serializer and deserializer.
    const metadataAt = /ClientStream|Bidi/.test(name) ? 3 : 4;
    return (original) =>
      function (...args) {
        const path = String(args[0]);
        if (isIgnored(path)) return original.apply(this, args);
        return startCall(grpc, this, { path, library, responseStream, metadataAt }, args, original);
      };
  };
}
