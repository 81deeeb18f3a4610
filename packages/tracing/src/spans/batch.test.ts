import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { thrownValues } from '../arbitraries.fixture.ts';
import { startTestTracing } from '../testing.ts';
import { DEFAULT_BATCH_CONCURRENCY, processBatch } from './batch.ts';
import { withSpan } from './span.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());
beforeEach(() => tracing.reset());

it("the work of each item runs inside the item's span, a child of the batch's", async () => {
  await withSpan('batch', {}, () =>
    processBatch('item', ['a', 'b', 'c'], {}, (name) => withSpan(`work ${name}`, {}, () => name)),
  );
  const [batch] = tracing.spans('batch');
  const items = tracing.spans('item');
  expect(items.map((item) => item.parentSpanContext?.spanId)).toEqual(
    Array(3).fill(batch?.spanContext().spanId),
  );
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const item = items.find((span) => span.attributes['mesh.batch.index'] === index);
    const [work] = tracing.spans(`work ${name}`);
    expect(work?.parentSpanContext?.spanId).toBe(item?.spanContext().spanId);
    expect(item?.attributes['mesh.batch.size']).toBe(3);
  }
});

it('the outcomes are in the order of the items, and the span of a failed item is marked', async () => {
  const outcomes = await processBatch('item', [1, 2, 3], {}, async (n) => {
    if (n === 2) throw new RangeError('two');
    return n * 10;
  });
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: { message: 'two' } },
    { status: 'fulfilled', value: 30 },
  ]);
  const failed = tracing.spans('item').filter(({ status }) => status.code === SpanStatusCode.ERROR);
  expect(failed.map(({ attributes }) => attributes['mesh.batch.index'])).toEqual([1]);
});

it.each(thrownValues())('an item that rejects with %s has that value as its reason', async (_, thrown) => {
  const [outcome] = await processBatch('item', [1], {}, () => Promise.reject(thrown));
  expect(outcome?.status === 'rejected' && Object.is(outcome.reason, thrown)).toBe(true);
  expect(tracing.spans('item')[0]?.status.code).toBe(SpanStatusCode.ERROR);
});

it('the work of an item that is a lazy thenable starts in the span of the item', async () => {
  const started: (string | undefined)[] = [];
  const lazy = {
    // biome-ignore lint/suspicious/noThenProperty: query builders are thenables.
    then(resolve: (value: string) => void) {
      started.push(trace.getActiveSpan()?.spanContext().spanId);
      resolve('row');
    },
  } as Promise<string>;
  await processBatch('item', [1], {}, () => lazy);
  expect(started).toEqual([tracing.spans('item')[0]?.spanContext().spanId]);
});

it.each([1, 3, undefined])('at most %s items are processed concurrently', async (concurrency) => {
  let now = 0;
  let most = 0;
  const options = concurrency === undefined ? {} : { concurrency };
  await processBatch('item', Array(20).fill(0), options, async () => {
    most = Math.max(most, ++now);
    await turn();
    now -= 1;
  });
  expect(most).toBe(concurrency ?? DEFAULT_BATCH_CONCURRENCY);
});
