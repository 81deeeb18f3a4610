import { describe, expect, it } from 'vitest';
import { startJaegerDouble } from './jaeger-double.fixture.ts';
import {
  absentLinks,
  absentTraces,
  arrange,
  brokenLinks,
  isCausedBy,
  linkedTraceIds,
  MAX_RELATED_TRACES,
  readRelatedTraces,
} from './links.ts';
import { linkTo, makeSpan, makeTrace, send } from './spans.fixture.ts';
import type { Span, Trace } from './trace.ts';

const trace = makeTrace(send);
const HOUR_US = 3_600_000_000;
const inTrace = (digit: string, parts: Partial<Span> = {}): Trace => {
  const traceId = digit.repeat(32);
  return { traceId, spans: [makeSpan('span', 'worker', { traceId, ...parts })] };
};
const job = inTrace('b', {
  startUs: HOUR_US,
  links: [linkTo(send)],
  attributes: { 'mesh.link.trace_id': trace.traceId },
});
const receive = inTrace('c', { links: [linkTo(send)] });
const unrelated = inTrace('d');
const cause = inTrace('e');
const linking = makeTrace({ ...send, links: [{ traceId: cause.traceId, spanId: 'span' }] });
const ids = (traces: Trace[]) => traces.map(({ traceId }) => traceId[0]);

describe('the traces related to one', () => {
  it('are those that it links to and those that link to it: by root attribute at any time, else of the same time', async () => {
    await using store = await startJaegerDouble([linking, job, receive, unrelated, cause]);
    const { linked, linking: found, others } = await readRelatedTraces(store.url, linking);
    expect(ids(linked)).toEqual(['e']);
    expect(ids(found).sort()).toEqual(['b', 'c']);
    expect(ids(others).sort()).toEqual(['b', 'c', 'd', 'e']);
  });

  it('omit a trace of another program that only links and ran much later, because a store cannot search links', async () => {
    const late = inTrace('f', { startUs: HOUR_US, links: [linkTo(send)] });
    await using store = await startJaegerDouble([trace, late]);
    expect((await readRelatedTraces(store.url, trace)).linking).toEqual([]);
  });

  it('are limited to MAX_RELATED_TRACES', () => {
    const many = Array.from({ length: MAX_RELATED_TRACES + 5 }, (_, n) => {
      const traceId = n.toString(16).padStart(32, '0');
      return { traceId, spans: [makeSpan('span', 'worker', { traceId, links: [linkTo(send)] })] };
    });
    expect(arrange(trace, [], many).linking).toHaveLength(MAX_RELATED_TRACES);
    const links = many.map(({ traceId }) => ({ traceId, spanId: 'span' }));
    expect(linkedTraceIds(makeTrace({ ...send, links }))).toHaveLength(MAX_RELATED_TRACES);
  });
});

it('a trace that this one caused is distinguished from one that only links to it', () => {
  expect(isCausedBy(job, trace)).toBe(true);
  expect(isCausedBy(receive, trace)).toBe(false);
});

describe('a link', () => {
  const elsewhere = { traceId: cause.traceId, spanId: 'span' };
  const flaws = (links: Span['links'], read: Trace[] = []) =>
    brokenLinks(makeTrace({ ...send, links }), read);

  it('to a span in the store holds', () => {
    expect(flaws([linkTo(send), elsewhere], [cause])).toEqual([]);
  });

  it.each([
    ['its trace', { ...elsewhere, spanId: 'gone' }, [cause], `trace ${cause.traceId}`],
    ['this trace', { ...linkTo(send), spanId: 'gone' }, [], 'this trace'],
  ])('to a span that %s does not have is broken', (_what, link, read, where) => {
    expect(flaws([link], read)).toEqual([
      `'send tasks' (rest-api) links to span ${link.spanId} of ${where}, which does not have it`,
    ]);
  });

  it.each([
    ['was not found', []],
    ['was found without spans', [{ traceId: cause.traceId, spans: [] }]],
  ])('to a trace that %s is not broken, but named once for each span', (_what, read) => {
    const both = makeTrace({ ...send, links: [elsewhere, { ...elsewhere, spanId: 'other' }] });
    expect(brokenLinks(both, read)).toEqual([]);
    expect(absentLinks(both, absentTraces(both, read))).toEqual([
      `'send tasks' (rest-api) links to trace ${cause.traceId}, which is not in the store: sampled away or expired`,
    ]);
    expect(absentTraces(both, [cause]).size).toBe(0);
  });
});
