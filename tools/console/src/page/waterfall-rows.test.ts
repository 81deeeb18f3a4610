import type { Span } from '@trace-mesh/trace-doctor/trace';
import { expect, it } from 'vitest';
import { durationOf, foldRows, hueOf, rowsOf } from './waterfall-rows.ts';

const span = (spanId: string, startUs: number, durationUs: number, parentSpanId?: string): Span => ({
  ...{ traceId: 'a'.repeat(32), spanId, name: spanId, kind: 'internal', service: 's', startUs, durationUs },
  ...{ attributes: {}, events: [], links: [], ...(parentSpanId && { parentSpanId }) },
});

it('rows are sorted by start below their parents, each at its place on the time line', () => {
  const rows = rowsOf([
    span('late', 150, 50, 'root'),
    span('root', 100, 100),
    span('early', 110, 20, 'root'),
  ]);
  expect(rows.map(({ span: { spanId }, parent: _, ...row }) => [spanId, row])).toEqual([
    ['root', { depth: 0, left: 0, width: 100 }],
    ['early', { depth: 1, left: 10, width: 20 }],
    ['late', { depth: 1, left: 50, width: 50 }],
  ]);
});

it('a span whose parent has not arrived is a row at the left', () => {
  expect(rowsOf([span('orphan', 0, 1, 'gone')]).map(({ depth }) => depth)).toEqual([0]);
});

it('rows that do not matter are folded into the row above until it is unfolded', () => {
  const rows = rowsOf([
    span('root', 0, 9),
    span('query', 1, 1, 'root'),
    span('call', 2, 5, 'root'),
    span('server', 3, 3, 'call'),
    span('inner', 4, 1, 'server'),
    span('innermost', 4, 1, 'inner'),
  ]);
  const matters = ({ spanId }: Span) => spanId === 'server';
  const shown = (...unfolded: string[]) =>
    foldRows(rows, matters, new Set(unfolded)).map((row) => `${row.span.spanId} ${row.folded}`);
  expect(shown()).toEqual(['root 1', 'call 0', 'server 2']);
  expect(shown('server')).toEqual(['root 1', 'call 0', 'server 0', 'inner 0', 'innermost 0']);
});

it('durations are in milliseconds, and from one second on in seconds', () => {
  expect([span('a', 0, 1_234), span('a', 0, 1_234_567)].map(durationOf)).toEqual(['1.2 ms', '1.23 s']);
});

it('services beside each other have different hues, and each keeps its own', () => {
  const services = ['agent', 'edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'];
  expect(new Set(services.map((service) => hueOf(service, services))).size).toBe(services.length);
  expect(hueOf('worker', services)).toBe(hueOf('worker', [...services, 'greeter']));
});
