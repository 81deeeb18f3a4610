// The CLIENT span of a Redis command: one, also where the command waits in the offline queue or is sent again after a lost connection.
// A connection's socket belongs to no trace. decisions/036-database-and-aws-spans.md
import { context, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { recordsChildren } from '../spans/recorded.ts';
import { isObject, markRecorded, textOf, withoutParent } from '../spans/span.ts';
import { describeCommand } from './query.ts';

/** Marks a command that has a span. */
const TRACED = Symbol('trace-mesh.traced');

/** A command of ioredis; `inTransaction` and `pipelineIndex` are set in MULTI and in a pipeline. */
interface Command {
  name: string;
  args: unknown[];
  inTransaction?: boolean;
  pipelineIndex?: number;
  [TRACED]?: true;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Client {
  options: { host?: string; port?: number };
}

type SendCommand = (this: Client, command: Command, ...rest: unknown[]) => unknown;
type Connect = (this: unknown, ...args: unknown[]) => unknown;

/** The members of the instrumentation that are used or replaced. */
interface Patches {
  readonly tracer: Tracer;
  _patchSendCommand(): (original: SendCommand) => SendCommand;
  _patchConnection(): (original: Connect) => Connect;
}

/** Replaces the patch of commands by ours, and opens sockets in the root context. */
export function patchRedis(instrumentation: Instrumentation): void {
  const redis = instrumentation as unknown as Patches;
  const connect = redis._patchConnection();
  redis._patchSendCommand = () => (original) =>
    function (command, ...rest) {
      // ioredis sends a queued command by the same method again.
      if (recordsChildren(context.active()) && !command[TRACED]) trace(redis.tracer, this, command);
      return original.call(this, command, ...rest);
    };
  redis._patchConnection = () => (original) =>
    connect(function (...args) {
      // Listeners of a connection run in the context in which its socket was opened.
      return withoutParent(() => original.apply(this, args));
    });
}

/** Starts the span of `command`, which its answer ends. */
function trace(tracer: Tracer, { options: { host, port } }: Client, command: Command): void {
  const { name, args, resolve, reject } = command;
  command[TRACED] = true;
  const span = tracer.startSpan(name, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'redis',
      'db.operation.name': operationOf(command),
      'db.query.text': describeCommand(name, args),
      'server.address': host,
      'server.port': port,
    },
  });
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
