// Shortens the values of an answer until it fits: long texts, long lists, many attributes. The result still has the answer's schema.

/** How long values may be: texts in bytes of JSON, lists and attributes in entries. */
export interface Measure {
  text: number;
  entries: number;
}

/** From mild to severe. The shortest text still holds a trace id. */
export const MEASURES: readonly Measure[] = [
  { text: 1_000, entries: 20 },
  { text: 300, entries: 8 },
  { text: 100, entries: 4 },
  { text: 40, entries: 2 },
  { text: 40, entries: 0 },
];

/** The keys of records that a traced program fills. */
const RECORDS = new Set(['attributes']);

/** The size of a value as JSON, in bytes. */
export const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** The value with longer texts cut, which then end in `…`, and longer lists and records of attributes without their last entries. */
export function shorten<T>(value: T, measure: Measure): T;
export function shorten(value: unknown, measure: Measure): unknown {
  if (typeof value === 'string') return cut(value, measure.text);
  if (Array.isArray(value)) return value.slice(0, measure.entries).map((each) => shorten(each, measure));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const kept = RECORDS.has(key) ? firstEntries(each, measure) : each;
    return [key, shorten(kept, measure)];
  });
  return Object.fromEntries(entries);
}

function firstEntries(record: unknown, { text, entries }: Measure): unknown {
  if (typeof record !== 'object' || record === null) return record;
  const some = Object.entries(record).slice(0, entries);
  return Object.fromEntries(some.map(([key, value]) => [cut(key, text), flat(value)]));
}

/** A value that has parts, as text. */
const flat = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

function cut(text: string, bytes: number): string {
  if (sizeOf(text) <= bytes) return text;
  let end = Math.min(text.length, bytes);
  while (sizeOf(text.slice(0, end)) > bytes) end = Math.floor(end * 0.8);
  return `${text.slice(0, end).toWellFormed()}…`;
}
