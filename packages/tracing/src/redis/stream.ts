// Redis streams. An entry is a list of fields, so the context has its fields beside the data, like headers.
import type { Context } from '@opentelemetry/api';
import type { Cluster, Redis } from 'ioredis';
import { extractContext, injectContext } from '../context/carrier.ts';
import { ATTR_MESH_DELIVERY_ATTEMPT } from '../spans/attributes.ts';
import { withMessageSpan } from '../spans/messaging.ts';

/** A stream: `name` is what spans call it, `key` where it differs (a stream per task), `maxLength` where it is trimmed. */
export interface Stream {
  name: string;
  key?: string;
  /** About how many entries are kept. */
  maxLength: number;
}

/** An entry as Redis gives it: names and values of its fields in turn. */
export interface Entry {
  id: string;
  fields: string[];
}

/** The field that holds the data, as JSON; every other field of an entry is context. */
export const DATA_FIELD = 'data';
/** Where Redis keeps the stream. */
export const keyOf = ({ name, key = name }: Stream): string => key;

/** Appends `data` (JSON-serializable) with the context of the running work, in a PRODUCER span; resolves to the entry's id. */
export async function append(redis: Redis | Cluster, stream: Stream, data: unknown): Promise<string> {
  const what = { system: 'redis', operation: 'send', destination: stream.name } as const;
  return withMessageSpan(what, {}, async (span) => {
    const carrier = injectContext('redis-stream');
    const fields = Object.entries({ ...carrier, [DATA_FIELD]: JSON.stringify(data) }).flat();
    const id = await redis.xadd(keyOf(stream), 'MAXLEN', '~', stream.maxLength, '*', ...fields);
    if (!id) throw new Error(`Redis took no entry for ${stream.name}`);
    span.setAttribute('messaging.message.id', id);
    return id;
  });
}

/** An entry's data, not validated, and the context in which it was appended. Throws a `SyntaxError` for data that is no JSON. */
export function readEntry({ id, fields }: Entry): { id: string; data: unknown; ctx: Context } {
  const { [DATA_FIELD]: data = 'null', ...carrier } = fieldsOf(fields);
  return { id, data: JSON.parse(data), ctx: extractContext(carrier) };
}

/** At most `max` entries after `id`, the oldest first. Reading does not remove them and makes no messaging span. */
export async function entriesAfter(
  redis: Redis | Cluster,
  stream: Stream,
  id: string,
  max: number,
): Promise<Entry[]> {
  const found = await redis.xrange(keyOf(stream), `(${id}`, '+', 'COUNT', max);
  return found.map(([entryId, fields]) => ({ id: entryId, fields: fields ?? [] }));
}

/** Runs `work` in the CONSUMER span of one entry, a child of the appender's. Rejects with what `work` rejects with. */
export async function withProcessSpan<T>(
  stream: Stream,
  group: string,
  { id, fields }: Entry,
  attempt: number,
  work: () => Promise<T>,
): Promise<T> {
  const init = {
    parent: extractContext(fieldsOf(fields)),
    attributes: {
      'messaging.consumer.group.name': group,
      'messaging.message.id': id,
      [ATTR_MESH_DELIVERY_ATTEMPT]: attempt,
    },
  };
  return withMessageSpan({ system: 'redis', operation: 'process', destination: stream.name }, init, work);
}

function fieldsOf(flat: string[]): Record<string, string> {
  return Object.fromEntries(
    flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [])),
  ) as Record<string, string>;
}
