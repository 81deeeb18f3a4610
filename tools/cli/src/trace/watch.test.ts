import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import { UNFINISHED_MS } from '@trace-mesh/trace-doctor/settled-traces';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { expect, it } from 'vitest';
import { Stopped } from '../command-line.ts';
import { ID, makeSpan, run, tenAttributes, whole } from './run.fixture.ts';
import { TRACES_AT_ONCE } from './watch.ts';

/** The trace as if it began `ms` from now; its id is another digit. */
const at = ({ spans }: Trace, digit: string, ms: number): Trace => {
  const traceId = digit.repeat(32);
  return {
    traceId,
    spans: spans.map((span) => ({
      ...span,
      traceId,
      startUs: span.startUs - 1_000_000 + (Date.now() + ms) * 1_000,
    })),
  };
};

/** Watches until so many lines are there and the store was requested twice more, then stops as Ctrl-C does. */
async function watch(traces: Trace[], lines: number, ...args: string[]) {
  await using store = await startJaegerDouble(traces);
  const stop = new AbortController();
  const printed: string[] = [];
  const watching = run(['watch', '--traces', store.url, ...args], stop.signal, printed);
  const polls = () => store.requested.filter((path) => path === '/api/services').length;
  const wait = (holds: () => boolean) =>
    expect.poll(holds, { timeout: UNFINISHED_MS, interval: 50 }).toBe(true);
  await wait(() => printed.length >= lines);
  const before = polls();
  await wait(() => polls() >= before + 2);
  stop.abort(new Stopped('SIGINT'));
  const { code } = await watching;
  return { code, printed, requested: store.requested };
}

const SOON_MS = 500;
const AGO_MS = -3_600_000;
const [sent, lost] = tenAttributes() as [Trace, Trace];
const receive = {
  traceId: ID,
  spans: [
    makeSpan(ID, 'receive', 'worker', { kind: 'client', attributes: { 'messaging.batch.message_count': 2 } }),
  ],
};
const all = () => [
  at(whole(), '1', SOON_MS),
  at(whole(), '2', AGO_MS),
  at(sent, '3', SOON_MS),
  at(lost, '4', SOON_MS),
  at(receive, '5', SOON_MS),
];
const idsIn = (lines: string[]) => lines.map((line) => /(\d)\1{31}/.exec(line)?.[1]).sort();

it('watch prints each new trace once, with its verdict and the first problem, until Ctrl-C', async () => {
  const { code, printed, requested } = await watch(all(), 3);
  expect(code).toBe(0);
  expect(idsIn(printed)).toEqual(['1', '3', '4']);
  const lineOf = (digit: string) => printed.find((line) => line.includes(digit.repeat(32)));
  expect(lineOf('1')).toMatch(/^\d\d:\d\d:\d\d ✓ ask {2}rest-api, worker {2}3 spans {2}1+ {2}healthy$/);
  expect(lineOf('3')).toMatch(
    /✗ ask .* the message reached worker without traceparent: rest-api sent 10 user attributes$/,
  );
  expect(requested.some((path) => path.includes(`limit=${TRACES_AT_ONCE}`))).toBe(true);
}, 60_000);

it('watch prints earlier traces with --since, and one object a line with --json', async () => {
  const { printed } = await watch(all(), 5, '--since', '2h', '--all', '--json');
  expect(idsIn(printed)).toEqual(['1', '2', '3', '4', '5']);
  const [first] = printed.map((line) => JSON.parse(line)).filter(({ traceId }) => traceId.startsWith('3'));
  expect(first).toMatchObject({
    ok: false,
    root: 'ask',
    services: ['rest-api'],
    spans: 2,
    problem: expect.stringContaining('10 user attributes'),
  });
}, 60_000);
