import { anyJson, anyText } from '@trace-mesh/tracing/arbitraries';
import { FrameError } from '@trace-mesh/tracing/frame';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hubFrames } from './frames.ts';
import { EventId, FROM_THE_START, isAfter, Subscribe, TaskEvent } from './messages.ts';

const numbers = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 16n }), fc.nat(2))
  .map(([n, zeros]) => '0'.repeat(zeros) + n);
const ids = fc
  .tuple(fc.oneof(numbers, fc.constantFrom('5', '05')), fc.oneof(numbers, fc.constantFrom('1', '01')))
  .map((parts) => parts.join('-'));
const numbersOf = (id: string) => id.split('-').map(BigInt) as [bigint, bigint];

describe('any two event ids', () => {
  it('are ordered by number', () => {
    fc.assert(
      fc.property(ids, ids, ids, (a, b, c) => {
        const [[aMs, aN], [bMs, bN]] = [numbersOf(a), numbersOf(b)];
        const isSame = aMs === bMs && aN === bN;
        expect(Number(isAfter(a, b)) + Number(isAfter(b, a))).toBe(isSame ? 0 : 1);
        expect(isAfter(a, b)).toBe(aMs > bMs || (aMs === bMs && aN > bN));
        if (isAfter(a, b) && isAfter(b, c)) expect(isAfter(a, c)).toBe(true);
        expect(isAfter(FROM_THE_START, a)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('that pass the schema can be compared', () => {
    fc.assert(
      fc.property(fc.oneof(ids, anyText), (text) => {
        if (EventId.safeParse(text).success) expect(isAfter(text, text)).toBe(false);
      }),
    );
  });
});

describe('any message to the hub', () => {
  const events = fc.record(
    {
      taskId: fc.uuid(),
      tenantId: anyText,
      status: fc.constantFrom('running', 'done', 'failed'),
      result: anyText,
      error: anyText,
      costMicroUsd: fc.nat(),
      eventId: ids,
    },
    { requiredKeys: ['taskId', 'tenantId', 'status'] },
  );

  it('with an event is read whole, without unknown members', () => {
    fc.assert(
      fc.property(events, anyJson, (event, more) => {
        const wire = JSON.parse(JSON.stringify({ ...event, more }));
        expect(TaskEvent.parse(wire)).toEqual(event);
      }),
    );
  });

  it('of any shape is accepted or refused by its schema, and changes no prototype', () => {
    const shapes = fc.oneof(
      anyJson,
      fc.record({ taskId: fc.oneof(fc.uuid(), anyJson), after: fc.oneof(ids, anyJson) }),
    );
    fc.assert(
      fc.property(shapes, (json) => {
        const { data } = Subscribe.safeParse(json);
        if (data) expect(Object.keys(data).every((key) => ['taskId', 'after'].includes(key))).toBe(true);
        TaskEvent.safeParse(json);
        expect(({} as Record<string, unknown>).after).toBeUndefined();
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it('of a known name is read from its frame as written; any other is refused', () => {
    const names = fc.constantFrom(
      'hello',
      'welcome',
      'subscribe',
      'subscribed',
      'unsubscribe',
      'unsubscribed',
      'task.updated',
      'ping',
      'pong',
      'error',
    );
    fc.assert(
      fc.property(names, anyJson, anyText, (type, data, other) => {
        const bytes = hubFrames().encode({ type, data }, {}) as Buffer;
        expect(hubFrames().decode(bytes)).toMatchObject({ type, carrier: {} });
        expect(() => hubFrames().encode({ type: `${other}!`, data }, {})).toThrow(FrameError);
      }),
    );
  });
});
