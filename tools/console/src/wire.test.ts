import type { WireRecord } from '@trace-mesh/faults/wire';
import { client, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { judge } from '@trace-mesh/trace-doctor/wait';
import { expect, it } from 'vitest';
import { MAX_RECORDS_PER_HOP, withWire } from './wire.ts';

const traceId = 'a'.repeat(32);
const edges = [parent(1, 'http', client('a', 'GET'), server('b', 'GET /'))];
const span = (
  service: string,
  kind: Span['kind'],
  name: string,
  spanId: string,
  parentSpanId?: string,
): Span => ({
  ...{
    traceId,
    spanId,
    name,
    kind,
    service,
    startUs: 0,
    durationUs: 1,
    attributes: {},
    events: [],
    links: [],
  },
  ...(parentSpanId && { parentSpanId }),
});
const record = (spanId: string, text = spanId): WireRecord => ({
  ...{ service: 'a', transport: 'http', traceId, spanId, form: 'headers', text },
});
const show = (spans: Span[], records: WireRecord[]) =>
  withWire(judge({ traceId, spans }, edges), edges, { wire: (id) => (id === traceId ? records : []) })[0];

it('a hop shows what the parent of its received span sent', () => {
  const spans = [span('a', 'client', 'GET', 'one'), span('b', 'server', 'GET /', 'two', 'one')];
  expect(show(spans, [record('other'), record('one')])).toMatchObject({ ok: true, wire: [{ text: 'one' }] });
});

it('a broken hop shows what was sent without context', () => {
  const shown = show([span('a', 'client', 'GET', 'one')], [record('one', '(no traceparent)')]);
  expect(shown).toMatchObject({ ok: false, senderIds: ['one'], wire: [{ text: '(no traceparent)' }] });
});

it('a hop shows at most MAX_RECORDS_PER_HOP records', () => {
  const spans = [span('a', 'client', 'GET', 'one'), span('b', 'server', 'GET /', 'two', 'one')];
  const many = Array.from({ length: MAX_RECORDS_PER_HOP + 1 }, () => record('one'));
  expect(show(spans, many)?.wire).toHaveLength(MAX_RECORDS_PER_HOP);
});
