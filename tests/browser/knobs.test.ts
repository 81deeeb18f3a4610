// The console’s knobs: each breaks its hop in the running mesh, and turning it back repairs the hop.
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { fire, keepScreenshot, openBrowser, openConsole, resetKnobs, turn } from './console-page.ts';

const endpoints = inject('endpoints');
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await openConsole(browser, endpoints.console ?? '');
});
beforeEach(() => resetKnobs(page));
afterAll(() => browser?.close());

const spansOf = async (traceId: string) => (await fetchTrace(endpoints.traces, traceId))?.spans ?? [];

it.each(['agent:mcp', 'edge-mcp:http', 'rest-api:sqs'])(
  'dropping the context at %s breaks its hop',
  async (drop) => {
    await turn(page, 'Drop context here', drop);
    const { broken, wire } = await fire(page, 'create-task');
    const [sender] = drop.split(':');
    expect(broken.some((text) => text.includes(`${sender} →`))).toBe(true);
    expect(wire.join()).toContain('(no traceparent)');
    expect(await page.locator('.diagnoses li').count()).toBeGreaterThan(0);
    if (drop === 'rest-api:sqs') await keepScreenshot(page, 'dropped');
    await resetKnobs(page);
    expect((await fire(page, 'create-task')).broken).toEqual([]);
  },
);

it.each([
  ['browser:http', /http\s+browser → console/],
  ['browser:websocket', /websocket\s+browser → ws-hub/],
])('dropping it in the page at %s breaks row 26', async (drop, hop) => {
  await turn(page, 'Drop context in the page', drop);
  const { broken } = await fire(page, 'create-task');
  expect(broken.filter((text) => hop.test(text) && /\b26\b/.test(text)).length).toBeGreaterThan(0);
});

it('at ratio 0 the result has no trace; forcing sampling restores it with its rule', async () => {
  await page.getByLabel('Sampling ratio').fill('0');
  const unsampled = await fire(page, 'http');
  expect(unsampled.progress).toContain('Not sampled');
  expect(await spansOf(unsampled.traceId)).toEqual([]);
  await page.getByLabel('Force sampling').check();
  const { traceId, broken } = await fire(page, 'http');
  expect(broken).toEqual([]);
  const entry = (await spansOf(traceId)).find(({ name }) => name === 'POST /api/firings');
  expect(entry?.attributes['sampling.rule']).toBe('forced');
});

it('in link mode the worker begins a new trace that links to its sender', async () => {
  await page.getByLabel('SQS consumer').selectOption('link');
  const { traceId, broken } = await fire(page, 'create-task');
  expect(broken.some((text) => /sqs\s+rest-api → worker/.test(text))).toBe(true);
  expect((await spansOf(traceId)).some(({ name }) => name === 'process tasks')).toBe(false);
});

it('a failing knob shows its error on the page and on the span that failed', async () => {
  await turn(page, 'Fail here', 'rest-api');
  const { alerts, traceId } = await fire(page, 'outbox');
  expect(alerts).toHaveLength(1);
  const failed = (await spansOf(traceId)).filter(({ status }) => status?.code === 'ERROR');
  expect(failed.map(({ service, name }) => `${service} ${name}`)).toContain('rest-api POST /api/tasks');
});

it('a delay knob delays the work, and every hop holds', async () => {
  await turn(page, 'Slow here', 'worker');
  const { traceId, broken } = await fire(page, 'create-task');
  expect(broken).toEqual([]);
  const work = (await spansOf(traceId)).find(({ name }) => name === 'process tasks');
  expect(work?.durationUs).toBeGreaterThan(1_500_000);
});
