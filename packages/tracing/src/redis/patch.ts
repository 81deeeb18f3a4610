// Corrections of the `ioredis` instrumentation: a command has one span, also where it waits in the offline queue or is sent
// again after a lost connection, and a connection's socket belongs to no trace. decisions/034-redis-connections.md
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { withoutParent } from '../spans/span.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Patch = (original: Method) => Method;

/** The methods of the instrumentation that make its patches. */
interface Patches {
  _patchSendCommand(version?: string): Patch;
  _patchConnection(): Patch;
}

/** Wraps the patches of the instrumentation in ours. */
export function patchRedis(instrumentation: Instrumentation): void {
  const redis = instrumentation as unknown as Patches;
  const send = redis._patchSendCommand.bind(redis);
  const connect = redis._patchConnection();
  redis._patchSendCommand = (version) => (original) => {
    const traced = send(version)(original);
    const sent = new WeakSet();
    return function (...args) {
      const [command] = args;
      if (typeof command !== 'object' || command === null) return traced.apply(this, args);
      // ioredis sends a queued command by the same method, in the context of its socket.
      if (sent.has(command)) return original.apply(this, args);
      sent.add(command);
      return traced.apply(this, args);
    };
  };
  redis._patchConnection = () => (original) =>
    connect(function (...args) {
      // Listeners of a connection run in the context in which its socket was opened.
      return withoutParent(() => original.apply(this, args));
    });
}
