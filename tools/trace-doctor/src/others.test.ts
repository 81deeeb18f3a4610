import { expect, it } from 'vitest';
import { startJaegerDouble } from './jaeger-double.fixture.ts';
import { findOthers, MAX_OTHERS } from './links.ts';
import { makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';

const trace = makeTrace(send);
const at = (digit: string, service: string, startUs = 0) => {
  const traceId = digit.repeat(32);
  return { traceId, spans: [makeSpan('span', service, { traceId, startUs })] };
};
const stored = [trace, at('b', 'worker'), at('c', 'worker', 3_600_000_000), at('d', 'agent')];
const ids = (traces: { traceId: string }[]) => traces.map(({ traceId }) => traceId[0]);

it('the traces of the same time of services that broken edges lead to are found', async () => {
  await using store = await startJaegerDouble(stored);
  expect(ids(await findOthers(store.url, trace, [sqsEdge]))).toEqual(['b']);
});

it('a trace whose edges hold needs no search, unless services are given', async () => {
  await using store = await startJaegerDouble(stored);
  expect(await findOthers(store.url, makeTrace(send, processed), [sqsEdge])).toEqual([]);
  expect(ids(await findOthers(store.url, trace, [], { services: ['agent'] }))).toEqual(['d']);
});

it('at most `limit` traces of each service are read', async () => {
  await using store = await startJaegerDouble([at('b', 'worker'), at('c', 'worker')]);
  expect(ids(await findOthers(store.url, trace, [sqsEdge], { limit: 1 }))).toEqual(['b']);
  await findOthers(store.url, trace, [sqsEdge]);
  expect(store.requested.at(-1)).toContain(`&limit=${MAX_OTHERS}&`);
});
