// Redis in JavaScript, with what js-redis-server does in each command, or for each key, done less often. Its CPU is that of the mesh.
import type { Server, Socket } from 'node:net';
import { createRedisServer } from 'js-redis-server';

type Key = Buffer;
type Value = { type: string };
type Event = { type: string; value?: Value };

/** The private parts of js-redis-server 0.3. */
interface Database {
  keyspace: { get(key: Key): Value | null; getLiveEntry(key: Key): { value: Value } | undefined };
  mutations: { emit(event: Event): void };
}
interface State {
  databases: Database[];
  scheduleActiveExpiry(intervalMs: number): void;
}

const NO_VALUE = { type: 'string', value: Buffer.alloc(0) };

/** How often expired keys that no command reads are deleted, in ms. */
const EXPIRY_INTERVAL_MS = 10_000;

/** Listens on a port of loopback. */
export async function startRedisDouble(port: number): Promise<{ port: number; close(): Promise<void> }> {
  const redis = await createRedisServer({ port });
  const { state, server } = redis as unknown as { state: State; server: { server: Server } };
  state.databases.forEach(shareStreams);
  // Each run reads every key, ten times a second by default. A command deletes an expired key itself.
  const schedule = state.scheduleActiveExpiry.bind(state);
  state.scheduleActiveExpiry = () => schedule(EXPIRY_INTERVAL_MS);
  server.server.prependListener('connection', joinReplies);
  return redis;
}

/**
 * It copies a whole stream whenever a command reads it, and once more for each listener of a write: with the 1,000 entries of an
 * audit stream that was a third of the mesh's CPU. Here a read gets the stream itself (commands run one after the other, and no
 * reply changes an entry) and listeners, which only look at the type of an event, get an empty value.
 */
function shareStreams({ keyspace, mutations }: Database): void {
  const copyOf = keyspace.get.bind(keyspace);
  keyspace.get = (key) => {
    const live = keyspace.getLiveEntry(key)?.value;
    return live?.type === 'stream' ? live : copyOf(key);
  };
  const emit = mutations.emit.bind(mutations);
  mutations.emit = (event) => emit(event.value ? { ...event, value: NO_VALUE } : event);
}

/** Sends the replies of one turn of the event loop in one system call, as Redis does. */
function joinReplies(socket: Socket): void {
  const write = socket.write.bind(socket);
  socket.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    const isDrained = write(chunk);
    // The next command of the connection waits for this callback.
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return isDrained;
  };
}
