// Redis in JavaScript. js-redis-server copies a whole stream whenever a command reads it, and once more for each listener of a write:
// with the 1,000 entries of an audit stream that was a third of the mesh's CPU. Here a read gets the stream itself (commands run one
// after the other, and no reply changes an entry) and listeners, which only look at the type of an event, get an empty value.
import { createRedisMock, type RedisMock } from 'js-redis-server';

type Key = Buffer;
type Value = { type: string };
type Event = { type: string; value?: Value };

/** The private parts of a database of js-redis-server 0.3. */
interface Database {
  keyspace: { get(key: Key): Value | null; getLiveEntry(key: Key): { value: Value } | undefined };
  mutations: { emit(event: Event): void };
}

const NO_VALUE = { type: 'string', value: Buffer.alloc(0) };

/** Listens on a port of loopback. */
export async function startRedisDouble(port: number): Promise<RedisMock> {
  const redis = await createRedisMock({ port });
  const { databases } = (redis as unknown as { state: { databases: Database[] } }).state;
  databases.forEach(shareStreams);
  return redis;
}

function shareStreams({ keyspace, mutations }: Database): void {
  const copyOf = keyspace.get.bind(keyspace);
  keyspace.get = (key) => {
    const live = keyspace.getLiveEntry(key)?.value;
    return live?.type === 'stream' ? live : copyOf(key);
  };
  const emit = mutations.emit.bind(mutations);
  mutations.emit = (event) => emit(event.value ? { ...event, value: NO_VALUE } : event);
}
