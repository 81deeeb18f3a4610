import { expect, it } from 'vitest';
import { LINKED_TRACE, TraceMemory } from './memory.ts';
import type { KeyValue, StoredSpan } from './spans.ts';

const TRACES = 100_000;
const idOf = (n: number) => n.toString(16).padStart(32, '0');

const named = (linked: string): KeyValue[] => [{ key: LINKED_TRACE, value: { stringValue: linked } }];

/** The only span of trace n; it names a linked trace as an attribute or, if `n` is odd, on an event. */
function spanOf(n: number, linked?: string): StoredSpan {
  const names = linked === undefined ? [] : named(linked);
  return {
    traceId: idOf(n),
    spanId: '1111111111111111',
    name: 'work',
    kind: 1,
    startTimeUnixNano: BigInt(n),
    endTimeUnixNano: BigInt(n),
    attributes: n % 2 ? [] : names,
    events: n % 2 ? [{ timeUnixNano: 1n, name: 'link', attributes: names }] : [],
    links: [],
    status: { code: 0 },
    scope: {},
    service: 'worker',
    resource: [],
  };
}

it('finds each trace that links to another among 100,000, at any age, newest first', () => {
  const memory = new TraceMemory();
  // Trace n is linked by the traces 2n and 2n + 1, as in a heap.
  memory.add(Array.from({ length: TRACES - 1 }, (_, n) => spanOf(n + 1, idOf((n + 1) >> 1))));
  for (let n = 1; n < TRACES / 2; n++)
    expect(memory.linkingTraceIds(idOf(n))).toEqual([idOf(2 * n + 1), idOf(2 * n)]);
  expect(memory.linkingTraceIds(idOf(TRACES / 2))).toEqual([]);
});

it('finds no trace that was dropped', () => {
  const memory = new TraceMemory();
  memory.add([spanOf(1, idOf(7)), spanOf(2, idOf(7)), spanOf(3, idOf(8))]);
  memory.add(Array.from({ length: TRACES - 2 }, (_, n) => spanOf(n + 4)));
  expect(memory.trace(idOf(1))).toBeUndefined();
  expect(memory.linkingTraceIds(idOf(7))).toEqual([idOf(2)]);
  expect(memory.linkingTraceIds(idOf(8))).toEqual([idOf(3)]);
});
