import { context, SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { linkTo, withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { extractContext } from './carrier.ts';
import { restoreTraceLink } from './debug.ts';
import { validateTracePropagation } from './validate.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const OUTSIDE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const fromOutside = (flags = '01') =>
  extractContext({ traceparent: `00-${OUTSIDE.traceId}-${OUTSIDE.spanId}-${flags}` });
const span = (name: string): ReadableSpan[] => tracing.spans(name);

describe('the validation of a set of spans', () => {
  it('accepts spans whose parents are known, except those of entry spans', async () => {
    await withSpan('serve', { kind: SpanKind.SERVER, parent: fromOutside() }, () =>
      withSpan('work', {}, () => {}),
    );
    expect(validateTracePropagation([...span('serve'), ...span('work')])).toEqual([]);
  });

  it('refuses an empty set', () => {
    expect(validateTracePropagation([])).toEqual(['there are no spans']);
  });

  it('refuses two traces', async () => {
    await withSpan('one', {}, () => {});
    await withSpan('two', {}, () => {});
    expect(validateTracePropagation([...span('one'), ...span('two')])).toEqual([
      expect.stringMatching(/^the spans belong to 2 traces: /),
    ]);
  });

  it('refuses a missing parent', async () => {
    await withSpan('lost', {}, () => withSpan('work', {}, () => {}));
    const id = span('lost')[0]?.spanContext().spanId;
    expect(validateTracePropagation(span('work'))).toEqual([
      `work names the parent ${id}, which is not in the set`,
    ]);
  });

  it('refuses a remote parent of a span that is not an entry span', async () => {
    await withSpan('work', { parent: fromOutside() }, () => {});
    expect(validateTracePropagation(span('work'))).toEqual([
      `work names the parent ${OUTSIDE.spanId}, which is not in the set`,
    ]);
  });

  it('refuses an entry span whose local parent is missing', async () => {
    await withSpan('lost', {}, () => withSpan('serve', { kind: SpanKind.SERVER }, () => {}));
    expect(validateTracePropagation(span('serve'))).toHaveLength(1);
  });
});

describe('the links of a set of spans', () => {
  it('resolve within it, or among the linked', async () => {
    const ctx = await withSpan('sender', {}, () => context.active());
    await withSpan('job', { parent: trace.deleteSpan(ctx), links: linkTo(ctx) }, () => {});
    expect(validateTracePropagation(span('job'), span('sender'))).toEqual([]);
    expect(validateTracePropagation(span('job'))).toEqual([
      `job links to ${span('sender')[0]?.spanContext().spanId}, which was sampled and is not in the set`,
    ]);
  });

  it('need not resolve if the linked span was not sampled', async () => {
    await withSpan('job', { links: restoreTraceLink({ ...OUTSIDE, traceFlags: '00' }) }, () => {});
    expect(validateTracePropagation(span('job'))).toEqual([]);
  });
});
