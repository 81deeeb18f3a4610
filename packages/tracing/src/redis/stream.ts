// Redis streams: an entry is a list of fields, so the context has fields of its own beside the data, as headers would.
// A consumer group hands each entry to one consumer and keeps it as pending until that one acknowledges.
import { type Context, SpanKind } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { extractContext, injectContext } from '../context/carrier.ts';
import { ATTR_MESH_DELIVERY_ATTEMPT } from '../spans/attributes.ts';
import { messagingAttributes } from '../spans/messaging.ts';
import { withSpan } from '../spans/span.ts';

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

/** Appends `data` (JSON-serialisable) with the context of the running work, in a PRODUCER span; answers the entry's id. */
export async function append(redis: Redis, stream: Stream, data: unknown): Promise<string> {
  const init = { kind: SpanKind.PRODUCER, attributes: messagingAttributes('redis', 'send', stream.name) };
  return withSpan(`send ${stream.name}`, init, async (span) => {
    const carrier = injectContext('redis-stream');
    const fields = Object.entries({ ...carrier, [DATA_FIELD]: JSON.stringify(data) }).flat();
    const id = await redis.xadd(keyOf(stream), 'MAXLEN', '~', stream.maxLength, '*', ...fields);
    if (!id) throw new Error(`Redis took no entry for ${stream.name}`);
    span.setAttribute('messaging.message.id', id);
    return id;
  });
}

/** What an entry holds: its data, unchecked, and the context in which it was appended. Throws for data that is no JSON. */
export function readEntry({ id, fields }: Entry): { id: string; data: unknown; ctx: Context } {
  const { [DATA_FIELD]: data = 'null', ...carrier } = fieldsOf(fields);
  return { id, data: JSON.parse(data), ctx: extractContext(carrier) };
}

/** The entries after `id`, oldest first, at most `max`: reading them takes nothing away and makes no messaging span. */
export async function entriesAfter(redis: Redis, stream: Stream, id: string, max: number): Promise<Entry[]> {
  const found = await redis.xrange(keyOf(stream), `(${id}`, '+', 'COUNT', max);
  return found.map(([entryId, fields]) => ({ id: entryId, fields: fields ?? [] }));
}

/** A consumer group, and what it does with each entry. */
export interface Group<T> {
  stream: Stream;
  group: string;
  schema: z.ZodType<T>;
  /** Runs once for each entry, or again where it failed: it must bear being repeated. */
  handle: (data: T, id: string) => Promise<void> | void;
}

/**
 * Runs the group's `handle` in a CONSUMER span, the child of the appender's, and acknowledges when it resolves. When it
 * rejects, the entry stays pending and the error goes on to the caller.
 */
export async function processEntry<T>(
  redis: Redis,
  { stream, group, schema, handle }: Group<T>,
  entry: Entry,
  attempt: number,
): Promise<void> {
  const carrier = fieldsOf(entry.fields);
  const init = {
    kind: SpanKind.CONSUMER,
    parent: extractContext(carrier),
    attributes: {
      ...messagingAttributes('redis', 'process', stream.name),
      'messaging.consumer.group.name': group,
      'messaging.message.id': entry.id,
      [ATTR_MESH_DELIVERY_ATTEMPT]: attempt,
    },
  };
  await withSpan(`process ${stream.name}`, init, async () => {
    await handle(schema.parse(readEntry(entry).data), entry.id);
    await redis.xack(keyOf(stream), group, entry.id);
  });
}

function fieldsOf(flat: string[]): Record<string, string> {
  return Object.fromEntries(
    flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [])),
  ) as Record<string, string>;
}
