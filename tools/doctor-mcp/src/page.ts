// A page of an answer: as many entries of its lists as fit into the bytes that the caller allows, as data and as text.
import { z } from 'zod';
import { MEASURES, shorten, sizeOf } from './shorten.ts';

/** What a page has in addition to the answer. */
export const PAGE = {
  more: z.int().describe('Entries after this page'),
  nextCursor: z.string().optional().describe('For the next page; absent on the last'),
  shortened: z.literal(true).optional().describe('Long values end with …; a larger maxBytes has them whole'),
};

/** A line of text for each entry of each list; the lists in the order of the pages. */
export type Lines<Data> = {
  [List in keyof Data as Data[List] extends readonly unknown[]
    ? List
    : never]?: Data[List] extends readonly (infer Entry)[] ? (entry: Entry) => string : never;
};

export interface Answer<Data> {
  data: Data;
  /** What stands above the entries. */
  head: (data: Data) => string;
  lines: Lines<Data>;
}

export interface Place {
  /** The first entry of the page, counted over all lists. */
  from: number;
  maxBytes: number;
  /** The cursor of the page that begins with this entry. */
  cursorAt(index: number): string;
}

export type Page = {
  structuredContent: Record<string, unknown>;
  content: { type: 'text'; text: string }[];
};

type Entry = { list: string; value: unknown; line: (value: never) => string };

/** The page at a place. It is never larger than `maxBytes`, of which 2,000 are enough for one entry. */
export function pageOf<Data extends Record<string, unknown>>(answer: Answer<Data>, place: Place): Page {
  const { data, lines } = answer;
  const entries: Entry[] = Object.entries(lines).flatMap(([list, line]) =>
    (data[list] as unknown[]).map((value) => ({ list, value, line: line as Entry['line'] })),
  );
  const open = entries.slice(place.from);
  const rest = Object.fromEntries(Object.entries(data).filter(([key]) => !(key in lines)));
  const cursor = (count: number) => (count < open.length ? place.cursorAt(place.from + count) : undefined);
  const build = (head: object, taken: readonly Entry[], shortened: boolean) =>
    toPage({
      answer,
      head,
      taken,
      more: open.length - taken.length,
      cursor: cursor(taken.length),
      shortened,
    });

  const whole = takeWhile(open, place.maxBytes);
  const page = whole.length === open.length ? build(rest, whole, false) : undefined;
  if (page && sizeOf(page) <= place.maxBytes) return page;
  const head = fitting(rest, (some) => sizeOf(build(some, [], true)) <= place.maxBytes / 2);
  const isCut = head !== rest;
  const taken = takeWhile(open, place.maxBytes - sizeOf(build(head, [], isCut)));
  const [first] = open;
  if (taken.length > 0 || !first) return build(head, taken, isCut);
  const only = (value: unknown) => build(head, [{ ...first, value }], true);
  return only(fitting(first.value, (value) => sizeOf(only(value)) <= place.maxBytes));
}

/** The value, or its mildest shortening that fits; the most severe if none does. */
function fitting<T>(value: T, fits: (value: T) => boolean): T {
  if (fits(value)) return value;
  const shorter = MEASURES.map((measure) => shorten(value, measure));
  return shorter.find(fits) ?? (shorter.at(-1) as T);
}

/** The first entries that need no more bytes than these. */
function takeWhile(entries: readonly Entry[], bytes: number): Entry[] {
  let left = bytes;
  const end = entries.findIndex((entry) => {
    left -= sizeOf(entry.value) + sizeOf(textOf(entry));
    // A comma for the entry.
    left -= 1;
    return left < 0;
  });
  return end === -1 ? [...entries] : entries.slice(0, end);
}

const textOf = ({ line, value }: Entry) => line(value as never);

interface Parts<Data> {
  answer: Answer<Data>;
  head: object;
  taken: readonly Entry[];
  more: number;
  cursor: string | undefined;
  shortened: boolean;
}

function toPage<Data>({ answer, head, taken, more, cursor, shortened }: Parts<Data>): Page {
  const lists = Object.keys(answer.lines).map((list) => [
    list,
    taken.filter((entry) => entry.list === list).map(({ value }) => value),
  ]);
  const data = { ...head, ...Object.fromEntries(lists) };
  const notes = [
    more > 0 && `${more} more: repeat the call with cursor "${cursor}", or with a larger maxBytes`,
    shortened && 'long values are shortened (…): a larger maxBytes has them whole',
  ];
  const text = [answer.head(data as Data), ...taken.map(textOf), ...notes.filter((note) => note !== false)];
  return {
    structuredContent: {
      ...data,
      more,
      ...(cursor !== undefined && { nextCursor: cursor }),
      ...(shortened && { shortened }),
    },
    content: [{ type: 'text', text: text.join('\n') }],
  };
}
