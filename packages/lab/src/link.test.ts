// A process's end of the line, in this process, against a real lab.
import { context, type Span, trace } from '@opentelemetry/api';
import { afterAll, expect, it, vi } from 'vitest';

vi.hoisted(() => vi.stubEnv('OTEL_SERVICE_NAME', 'worker'));
afterAll(() => vi.unstubAllEnvs());

import { knobs, MAX_WAITING_RECORDS, takeRecords, tell } from './here.ts';
import { NO_KNOBS } from './knobs.ts';
import { openLab } from './lab.fixture.ts';
import { openLink } from './link.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1 }) as Span;

it('keeps the newest records while nobody listens', () => {
  for (let n = 0; n <= MAX_WAITING_RECORDS; n++) tell('redis', 'envelope', String(n), span);
  const texts = takeRecords(Number.POSITIVE_INFINITY).map(({ text }) => text);
  expect([texts.length, texts[0]]).toEqual([MAX_WAITING_RECORDS, '1']);
});

it('notes nothing outside a trace', () => {
  context.with(context.active(), () => tell('redis', 'envelope', 'nobody'));
  expect(takeRecords(1)).toEqual([]);
});

it('has the knobs before it goes on, tells what waited, follows each change, and is at rest without a lab', async () => {
  tell('redis', 'envelope', 'before', span);
  let port: string;
  {
    await using open = await openLab();
    ({ port } = new URL(open.url));
    await open.lab.setKnobs({ fail: ['worker'] });
    await openLink(open.url);
    expect(knobs().fail).toEqual(['worker']);
    tell('redis', 'envelope', 'after', span);
    const told = () => open.lab.wire(TRACE_ID).map(({ service, text }) => [service, text]);
    await vi.waitFor(() =>
      expect(told()).toEqual([
        ['worker', 'before'],
        ['worker', 'after'],
      ]),
    );
    expect(await open.lab.setKnobs({ slow: ['worker'] })).toEqual({ applied: ['worker'], missing: [] });
    expect(knobs()).toEqual(open.lab.knobs());
  }
  await vi.waitFor(() => expect(knobs()).toEqual(NO_KNOBS));

  tell('redis', 'envelope', 'meanwhile', span);
  await using again = await openLab({ port: Number(port) });
  await vi.waitFor(() => expect(again.lab.services()).toEqual(['worker']), 5_000);
  await vi.waitFor(() => expect(again.lab.wire(TRACE_ID).map(({ text }) => text)).toEqual(['meanwhile']));
});
