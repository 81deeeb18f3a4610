import { expect, it } from 'vitest';
import { createShelf, MAX_RECORDS_PER_TRACE, MAX_TRACES } from './shelf.ts';
import type { WireRecord } from './wire.ts';

const traceId = (n: number) => String(n).padStart(32, '0');
const record = (n: number, text = ''): WireRecord => ({
  service: 'agent',
  transport: 'http',
  traceId: traceId(n),
  spanId: 'b7ad6b7169203331',
  form: 'headers',
  text,
});

it('keeps the records of a trace in the order of arrival', () => {
  const shelf = createShelf();
  for (const text of ['first', 'second']) shelf.add(record(1, text));
  expect(shelf.of(traceId(1)).map(({ text }) => text)).toEqual(['first', 'second']);
  expect(shelf.of(traceId(2))).toEqual([]);
});

it('lets the oldest trace go when there are more than it keeps', () => {
  const shelf = createShelf();
  for (let n = 0; n <= MAX_TRACES; n++) shelf.add(record(n));
  expect(shelf.of(traceId(0))).toEqual([]);
  expect(shelf.of(traceId(1))).toHaveLength(1);
  expect(shelf.of(traceId(MAX_TRACES))).toHaveLength(1);
});

it('keeps the first records of a trace that has too many', () => {
  const shelf = createShelf();
  for (let n = 0; n <= MAX_RECORDS_PER_TRACE; n++) shelf.add(record(1, String(n)));
  expect(shelf.of(traceId(1)).map(({ text }) => text)).toEqual(
    Array.from({ length: MAX_RECORDS_PER_TRACE }, (_, n) => String(n)),
  );
});
