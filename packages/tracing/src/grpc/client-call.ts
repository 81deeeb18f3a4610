// The CLIENT span of a gRPC call, and the context in its metadata.
import { type Context, context, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { isMetadata, type MetadataLike } from '../context/clear.ts';
import { unsampledSpan } from '../spans/span.ts';
import { type Emitter, endAtEvents, runListenersIn } from './events.ts';
import { type CallError, endCall, nameOf } from './status.ts';

export type Method<This> = (this: This, ...args: unknown[]) => unknown;

/** The member of the instrumentation that is used. */
export interface GrpcTracer {
  readonly tracer: Tracer;
}

export interface Client {
  getChannel(): { getTarget(): string };
}

interface CallMetadata extends MetadataLike {
  set(key: string, value: string): void;
}

/** What is called, and where its metadata stand among the arguments if they are not given. */
export interface CallKind {
  path: string;
  library: { Metadata: new () => CallMetadata };
  responseStream: boolean;
  metadataAt: number;
}

/** Calls `original` with a copy of its metadata, to which the context is added; in a span unless the trace is not sampled. */
export function startCall(
  { tracer }: GrpcTracer,
  client: Client,
  kind: CallKind,
  given: unknown[],
  original: Method<Client>,
): unknown {
  const parent = context.active();
  if (isTracingSuppressed(parent)) return original.apply(client, given);
  const isRecorded = !unsampledSpan(parent);
  const method = nameOf(kind.path);
  const address = addressOf(client);
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': method, ...address };
  const span = isRecorded
    ? tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent)
    : undefined;
  const server = [address['server.address'], address['server.port']];
  const made = { kind: SpanKind.CLIENT as const, method, since: performance.now(), span, server };
  const ctx = span ? trace.setSpan(parent, span) : parent;
  const args = withContext(given, kind, ctx);
  if (!kind.responseStream) {
    wrapCallback(args, ctx, (error) => endCall(made, error ? error.code : 0));
    return context.with(ctx, () => original.apply(client, args));
  }
  const call = context.with(ctx, () => original.apply(client, args)) as Emitter;
  runListenersIn(ctx, call);
  endAtEvents(made, call, 'status');
  return call;
}

/** A copy of the arguments, and of the metadata in them, which the program may use again. */
function withContext(given: unknown[], { library, metadataAt }: CallKind, ctx: Context): unknown[] {
  const args = [...given];
  const at = args.findIndex(isMetadata);
  const metadata = at === -1 ? new library.Metadata() : ((args[at] as CallMetadata).clone() as CallMetadata);
  args.splice(at === -1 ? metadataAt : at, at === -1 ? 0 : 1, metadata);
  propagation.inject(ctx, metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return args;
}

/** The last function; serializers stand before it. */
function wrapCallback(args: unknown[], ctx: Context, before: (error?: CallError) => void): void {
  const at = args.findLastIndex((arg) => typeof arg === 'function');
  const callback = args[at] as Method<unknown> | undefined;
  if (at === -1 || !callback) return;
  args[at] = (error: CallError | null, ...rest: unknown[]) => {
    before(error ?? undefined);
    return context.with(ctx, () => callback(error, ...rest));
  };
}

interface Address {
  'server.address'?: string | undefined;
  'server.port'?: number | undefined;
}

const addresses = new WeakMap<Client, Address>();

function addressOf(client: Client): Address {
  const known = addresses.get(client);
  if (known) return known;
  const target = /([A-Za-z0-9+.-]+):(\d+)$/.exec(client.getChannel().getTarget());
  const attributes = target ? { 'server.address': target[1], 'server.port': Number(target[2]) } : {};
  addresses.set(client, attributes);
  return attributes;
}
