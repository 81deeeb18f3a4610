// The CLIENT span of a Redis command: one, also where the command waits in the offline queue or is sent again, after a lost connection or
// because the node of a cluster redirected it.
// A connection's socket belongs to no trace. decisions/036-database-and-aws-spans.md
import { context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { recordsChildren } from '../spans/recorded.ts';
import { isObject, markRecorded, textOf, withoutParent } from '../spans/span.ts';
import { describeCommand } from './query.ts';

/** The span of a command. */
const TRACED = Symbol('trace-mesh.traced');

/** A command of ioredis; `inTransaction` and `pipelineIndex` are set in MULTI and in a pipeline. */
interface Command {
  name: string;
  args: unknown[];
  inTransaction?: boolean;
  pipelineIndex?: number;
  [TRACED]?: Span;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A server, or a cluster, which has no address. */
interface Client {
  options: { host?: string; port?: number };
}

/** The module `ioredis` by `require`: its class of a server. */
interface Exports {
  Cluster: { prototype: { sendCommand: SendCommand } };
}

type SendCommand = (this: Client, command: Command, ...rest: unknown[]) => unknown;
type Connect = (this: unknown, ...args: unknown[]) => unknown;

/** The members of the instrumentation that are used or replaced. */
interface Patches {
  readonly tracer: Tracer;
  readonly _modules: { patch?(exports: Exports, version?: string): unknown }[];
  _patchSendCommand(): (original: SendCommand) => SendCommand;
  _patchConnection(): (original: Connect) => Connect;
}

/** Replaces the patch of commands by ours, also for clusters, and opens sockets in the root context. */
export function patchRedis(instrumentation: Instrumentation): void {
  const redis = instrumentation as unknown as Patches;
  const connect = redis._patchConnection();
  const traced = (original: SendCommand): SendCommand =>
    function (command, ...rest) {
      // ioredis sends a queued or redirected command by the same method again, and a cluster sends by those of its nodes.
      if (!command[TRACED] && recordsChildren(context.active())) trace(redis.tracer, command);
      command[TRACED]?.setAttributes(addressOf(this));
      return original.call(this, command, ...rest);
    };
  redis._patchSendCommand = () => traced;
  redis._patchConnection = () => (original) =>
    connect(function (...args) {
      // Listeners of a connection run in the context in which its socket was opened.
      return withoutParent(() => original.apply(this, args));
    });
  for (const module of redis._modules) patchCluster(module, traced);
}

/** A redirected command fails at its first node: its span is that of the cluster, whose promise is settled once. */
function patchCluster(module: Patches['_modules'][number], traced: (original: SendCommand) => SendCommand) {
  const patch = module.patch?.bind(module);
  let patched: SendCommand | undefined;
  module.patch = (exports, version) => {
    const { prototype } = exports.Cluster;
    // It may be loaded both by `import` and by `require`.
    if (prototype.sendCommand !== patched) patched = prototype.sendCommand = traced(prototype.sendCommand);
    return patch?.(exports, version);
  };
}

const addressOf = ({ options: { host, port } }: Client) =>
  host === undefined ? {} : { 'server.address': host, 'server.port': port };

/** Starts the span of `command`, which its answer ends. */
function trace(tracer: Tracer, command: Command): void {
  const { name, args, resolve, reject } = command;
  const span = tracer.startSpan(name, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'redis',
      'db.operation.name': operationOf(command),
      'db.query.text': describeCommand(name, args),
    },
  });
  command[TRACED] = span;
  command.resolve = (result) => {
    span.end();
    resolve(result);
  };
  command.reject = (error) => {
    // So that no parent span records it again.
    markRecorded(error, span.spanContext());
    span.recordException(isObject(error) ? (error as Error) : String(error));
    // A Redis error starts with its code (`WRONGTYPE Operation against …`), and may repeat arguments after it.
    const code = /^[A-Z]{2,}\b/.exec(textOf(error))?.[0];
    if (code) span.setAttribute('db.response.status_code', code);
    span.setAttribute('error.type', code ?? 'connection');
    span.setStatus({ code: SpanStatusCode.ERROR, message: textOf(error) });
    span.end();
    reject(error);
  };
}

/** In the instrumentation's form: `MULTI set`, `PIPELINE set`. */
function operationOf({ name, inTransaction, pipelineIndex }: Command): string {
  if (name === 'multi' || name === 'exec') return name;
  if (inTransaction) return `MULTI ${name}`;
  return pipelineIndex === undefined ? name : `PIPELINE ${name}`;
}
