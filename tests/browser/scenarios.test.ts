// Every scenario is fired from the page. A firing waits most of its time, so several pages fire at once.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { fire, openBrowser, openConsole, WHOLE } from './console-page.ts';

const endpoints = inject('endpoints');
const errors: string[] = [];
const idle: Page[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

it.concurrent.each(scenarios.map(({ name }) => name))(
  'scenario %s fires from the page and every hop holds',
  async (name) => {
    const page = idle.pop() ?? (await openConsole(browser, endpoints.console ?? '', { errors }));
    const { broken, alerts, progress } = await fire(page, name);
    idle.push(page);
    expect([...broken, ...alerts]).toEqual([]);
    expect(progress).toMatch(WHOLE);
  },
);

it('the browser reports no error', () => expect(errors).toEqual([]));
