import { expect, it } from 'vitest';
import type { WireRecord } from './wire.ts';
import { createWireStore, MAX_RECORDS_PER_TRACE, MAX_TRACES } from './wire-store.ts';

const traceId = (n: number) => String(n).padStart(32, '0');
const record = (n: number, text = ''): WireRecord => ({
  service: 'agent',
  transport: 'http',
  traceId: traceId(n),
  spanId: 'b7ad6b7169203331',
  form: 'headers',
  text,
});

it('the store keeps the records of a trace in the order of arrival', () => {
  const store = createWireStore();
  for (const text of ['first', 'second']) store.add(record(1, text));
  expect(store.of(traceId(1)).map(({ text }) => text)).toEqual(['first', 'second']);
  expect(store.of(traceId(2))).toEqual([]);
});

it('the store discards the oldest trace beyond MAX_TRACES', () => {
  const store = createWireStore();
  for (let n = 0; n <= MAX_TRACES; n++) store.add(record(n));
  expect(store.of(traceId(0))).toEqual([]);
  expect(store.of(traceId(1))).toHaveLength(1);
  expect(store.of(traceId(MAX_TRACES))).toHaveLength(1);
});

it('the store keeps the first records of a trace that has too many', () => {
  const store = createWireStore();
  for (let n = 0; n <= MAX_RECORDS_PER_TRACE; n++) store.add(record(1, String(n)));
  expect(store.of(traceId(1)).map(({ text }) => text)).toEqual(
    Array.from({ length: MAX_RECORDS_PER_TRACE }, (_, n) => String(n)),
  );
});
