// Fewer system calls for a connection that has many small messages.
import type { Writable } from 'node:stream';

/** Makes `socket` send what is written in one turn of the event loop in one system call, instead of one for each write. */
export function joinWrites<T extends Writable>(socket: T): T {
  const write = socket.write;
  socket.write = (...args: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    return Reflect.apply(write, socket, args);
  };
  return socket;
}
