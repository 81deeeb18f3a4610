import { describe, expect, it } from 'vitest';
import { readRegistry } from './conventions/registry.ts';
import { type Examination, examine } from './examine.ts';
import type { RelatedTraces } from './links.ts';
import { linkTo, makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const registry = readRegistry();
const alone: RelatedTraces = { linked: [], linking: [], others: [] };
const look = (spans: Span[], around: Partial<RelatedTraces> = {}, edges = [sqsEdge]) =>
  examine(makeTrace(...spans), edges, { ...alone, ...around }, registry);
const places = ({ problems }: Examination) => problems.map((problem) => problem.in);

describe('an examination', () => {
  it('is ok for a healthy trace', () => {
    expect(look([send, processed])).toMatchObject({ ok: true, problems: [], diagnoses: [], skews: [] });
  });

  it.each([
    ['a hop that broke', 'hops', [send]],
    [
      'a parent that never arrived',
      'whole',
      [send, processed, makeSpan('lost', 'worker', { parentSpanId: 'gone' })],
    ],
    [
      'a link that leads nowhere',
      'links',
      [send, { ...processed, links: [{ ...linkTo(send), spanId: 'gone' }] }],
    ],
    [
      'a kind that does not fit',
      'kinds',
      [send, processed, makeSpan('odd', 'a', { kind: 'server', parentSpanId: 'send' })],
    ],
    ['clocks that disagree', 'clocks', [{ ...send, startUs: 90_000 }, processed]],
    [
      'an attribute that is deprecated',
      'conventions',
      [send, { ...processed, attributes: { 'http.method': 'GET' } }],
    ],
  ])('reports %s', (_what, place, spans) => {
    const found = look(spans);
    expect(found.ok).toBe(false);
    expect(places(found)).toContain(place);
  });

  it.each([
    ['a link', sqsEdge],
    ['a link and an expected edge', { ...sqsEdge, relation: 'link' } as const],
  ])('notes %s to a trace that is not in the store, and the trace is healthy', (_what, edge) => {
    const traceId = 'b'.repeat(32);
    const linking = { ...processed, links: [{ traceId, spanId: 'gone' }] };
    const found = look([send, linking], {}, [edge]);
    expect(found).toMatchObject({ ok: true, problems: [], diagnoses: [], absent: [traceId] });
    expect(found.notes).toEqual([expect.stringContaining('which is not in the store')]);
    const there = { traceId, spans: [makeSpan('other', 'worker', { traceId })] };
    expect(look([send, linking], { linked: [there] }, [edge])).toMatchObject({
      ok: false,
      absent: [],
      notes: [],
    });
  });

  it('gives the cause if there is one', () => {
    expect(look([send]).diagnoses).toMatchObject([{ cause: 'never-arrived' }]);
  });

  it('requires a trace that this one caused to be whole, but not another that links here', () => {
    const traceId = 'b'.repeat(32);
    const root = makeSpan('root', 'worker', { traceId, attributes: { 'mesh.link.trace_id': send.traceId } });
    const orphan = makeSpan('orphan', 'worker', { traceId, parentSpanId: 'gone', links: [linkTo(send)] });
    const begun = { traceId, spans: [root, orphan] };
    expect(places(look([send, processed], { linking: [begun] }))).toEqual(['whole']);
    const other = { traceId, spans: [{ ...root, attributes: {} }, orphan] };
    expect(look([send, processed], { linking: [other] }).ok).toBe(true);
  });

  it.each(['http.method', 'http.url', 'db.system'])(
    'reports the deprecated attribute %s of a service that is not ours as a note, and the trace is healthy',
    (key) => {
      const foreign = { ...processed, attributes: { [key]: 'x' } };
      const related = { linked: [], linking: [], others: [] };
      const trace = makeTrace(send, foreign);
      const theirs = examine(trace, [sqsEdge], related, registry, (service) => service !== foreign.service);
      expect(theirs).toMatchObject({ ok: true, problems: [] });
      expect(theirs.notes.join()).toMatch(key);
      const ours = examine(trace, [sqsEdge], related, registry);
      expect(ours).toMatchObject({ ok: false, notes: [] });
      expect(places(ours)).toEqual(['conventions']);
    },
  );
});
