// The console in a real browser: the trace begins at the click, and the page shows it.
import { fileURLToPath } from 'node:url';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { execa } from 'execa';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import {
  fire,
  isOver,
  keepScreenshot,
  openBrowser,
  openConsole,
  progressOf,
  resetKnobs,
  WHOLE,
} from './console-page.ts';

const endpoints = inject('endpoints');
const errors: string[] = [];
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await openConsole(browser, endpoints.console ?? '', { errors });
});
beforeEach(() => resetKnobs(page));
afterAll(() => browser?.close());

async function traceOf(traceId: string): Promise<Trace> {
  const trace = await fetchTrace(endpoints.traces, traceId);
  if (!trace) throw new Error(`the store has no trace ${traceId}`);
  return trace;
}

/** Presses Tab until this has the focus, at most once for each focusable element. */
async function tabTo(selector: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`Tab never comes to ${selector}`);
}

const spanOf = (
  { spans }: Trace,
  service: string,
  name: string,
  attributes: Span['attributes'] = {},
): Span => {
  const fits = (span: Span) =>
    Object.entries(attributes).every(([key, value]) => span.attributes[key] === value);
  const found = spans.filter((span) => span.service === service && span.name === name && fits(span));
  if (!found[0]) throw new Error(`no span ${name} of ${service} in ${spans.map((span) => span.name)}`);
  return found[0];
};

it('the trace begins at the click and continues over HTTP and the WebSocket', async () => {
  const { traceId, progress, broken } = await fire(page, 'create-task');
  expect(broken).toEqual([]);
  expect(progress).toMatch(WHOLE);
  const trace = await traceOf(traceId);
  const browserIs = { 'mesh.agent.id': 'browser' };
  const click = spanOf(trace, 'browser', 'click fire');
  const post = spanOf(trace, 'browser', 'POST');
  const served = spanOf(trace, 'console', 'POST /api/firings');
  const handshake = spanOf(trace, 'browser', 'GET /ws');
  const subscribe = spanOf(trace, 'browser', 'send subscribe');
  expect(click.parentSpanId).toBeUndefined();
  expect([post, handshake, subscribe].map((span) => span.parentSpanId)).toEqual(Array(3).fill(click.spanId));
  expect(served.parentSpanId).toBe(post.spanId);
  expect(spanOf(trace, 'agent', 'scenario create-task').parentSpanId).toBe(served.spanId);
  expect(spanOf(trace, 'ws-hub', 'GET /ws', browserIs).parentSpanId).toBe(handshake.spanId);
  expect(spanOf(trace, 'ws-hub', 'process subscribe', browserIs).parentSpanId).toBe(subscribe.spanId);
  const received = trace.spans.filter(
    ({ service, name }) => service === 'browser' && name === 'process task.updated',
  );
  const pushes = trace.spans.filter(
    ({ service, name, attributes }) =>
      service === 'ws-hub' && name === 'send task.updated' && attributes['mesh.agent.id'] === 'browser',
  );
  expect(received.map((span) => span.parentSpanId).sort()).toEqual(pushes.map((span) => span.spanId).sort());
  expect(received.every(({ links }) => links.some((link) => link.spanId === handshake.spanId))).toBe(true);
  await keepScreenshot(page, 'create-task');
});

it('the doctor finds no problem in the trace, including the page’s spans', async () => {
  const { traceId } = await fire(page, 'create-task');
  const doctor = fileURLToPath(new URL('../../tools/cli/src/trace/main.ts', import.meta.url));
  const args = [doctor, 'check', traceId, '--traces', endpoints.traces, '--json'];
  const { stdout } = await execa(process.execPath, args, { reject: false });
  const { problems, hops } = JSON.parse(stdout);
  expect(problems).toEqual([]);
  expect(hops.filter((hop: { row: number }) => hop.row === 26)).toHaveLength(4);
});

it('the page shows each hop on the wire, with the sender in the traceparent', async () => {
  const { traceId, wire } = await fire(page, 'create-task');
  const trace = await traceOf(traceId);
  const { parentSpanId } = spanOf(trace, 'rest-api', 'POST /api/tasks');
  const { parentSpanId: queued } = spanOf(trace, 'worker', 'process tasks');
  expect(wire.filter((text) => text.includes(`traceparent: 00-${traceId}-${parentSpanId}-01`))).toHaveLength(
    1,
  );
  expect(wire.filter((text) => text.includes(`00-${traceId}-${queued}-01`)).length).toBeGreaterThan(0);
  expect(wire.join()).not.toMatch(/eyJ/);
});

it('the map highlights the path of the trace, and numbers its ways in the order in which the trace took them', async () => {
  await fire(page, 'create-task');
  const lit = await page
    .locator('.mesh line.lit')
    .evaluateAll((lines) => lines.map((line) => line.dataset.way));
  const path = ['browser – console', 'agent – console', 'edge-mcp – rest-api', 'SQS – rest-api'];
  path.push('SQS – worker', 'Bedrock – worker');
  expect(lit).toEqual(expect.arrayContaining(path));
  const numbers = await Promise.all(
    path.map(async (way) => Number(await page.locator(`.mesh [data-step="${way}"] text`).textContent())),
  );
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(path.length);
});

it('the waterfall shows the hops with what was on the wire, and all spans on request', async () => {
  const { traceId } = await fire(page, 'create-task');
  const { spans } = await traceOf(traceId);
  const rows = page.locator('.waterfall li');
  expect(await rows.count()).toBeLessThan(spans.length);
  const row = rows.filter({ hasText: /^process tasks/ });
  await row.locator('summary').click();
  const queued = spanOf(await traceOf(traceId), 'worker', 'process tasks').parentSpanId;
  expect(await row.locator('pre').innerText()).toContain(`00-${traceId}-${queued}-01`);
  await page.getByRole('button', { name: 'Show all spans' }).click();
  expect(await rows.count()).toBe(spans.length);
  await page.getByRole('button', { name: 'Show hops only' }).click();
  expect(await rows.count()).toBeLessThan(spans.length);
});

it('an earlier firing is shown again from the list of the last firings', async () => {
  const first = await fire(page, 'http');
  const second = await fire(page, 'outbox');
  const shown = () => page.locator('.trace-id code').innerText();
  const last = page.getByRole('navigation', { name: 'Last firings' });
  expect(await shown()).toBe(second.traceId);
  await last.getByRole('button', { name: '✓ http' }).last().click();
  expect(await shown()).toBe(first.traceId);
});

it('a streamed answer to the user’s prompt is shown as it is pushed', async () => {
  await page.getByLabel('Prompt').fill('Tell me of the moon, in a few words');
  await fire(page, 'bedrock-stream');
  const states = await page.locator('.pushes li').allInnerTexts();
  expect(states.filter((state) => state === 'running').length).toBeGreaterThan(1);
  expect(states.at(-1)).toBe('done');
  expect(await page.locator('.pushes .text').innerText()).toContain('the moon');
});

it('the page works with the keyboard alone', async () => {
  await page.reload();
  await tabTo('input[name=scenario]:checked');
  await page.keyboard.press('ArrowDown');
  expect(await page.locator('#chosen-name').innerText()).toBe('http');
  await tabTo('button[type=submit]');
  await page.keyboard.press('Enter');
  await isOver(page);
  expect(await progressOf(page)).toMatch(WHOLE);
});

it('the browser reports no error', () => expect(errors).toEqual([]));
