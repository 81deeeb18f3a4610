// The page's themes, sizes and accessibility.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  fire,
  keepScreenshot,
  openBrowser,
  openConsole,
  PHONE as phone,
  violationsOf,
} from './console-page.ts';

const url = inject('endpoints').console ?? '';
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const desktop = { width: 1500, height: 1000 };
const large = { width: 2560, height: 1300 };

/** Collects the layout shifts of a page that are not the answer to a click, as the browser scores them. */
const LAYOUT_SHIFT = `window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value } of list.getEntries()) if (!hadRecentInput) window.layoutShift += value;
  }).observe({ type: 'layout-shift', buffered: true })`;
/** Up to here web.dev calls the score (Cumulative Layout Shift) good. */
const GOOD_LAYOUT_SHIFT = 0.1;

it.each([
  ['light', desktop],
  ['dark', desktop],
  ['light', phone],
  ['dark', large],
] as const)(
  'the %s page has no accessibility violation, does not shift and fits in %o',
  async (theme, viewport) => {
    const page = await openConsole(browser, url, { viewport });
    await page.evaluate(LAYOUT_SHIFT);
    await page.getByLabel('Theme').selectOption(theme);
    const button = await page.getByRole('button', { name: 'Fire', exact: true }).boundingBox();
    expect((button?.y ?? Number.NaN) + (button?.height ?? Number.NaN)).toBeLessThan(viewport.height);
    if (viewport === phone) await page.locator('.scenarios summary').click();
    await fire(page, 'create-task');
    await keepScreenshot(page, `${theme}-${viewport.width}`);
    expect(await page.evaluate('layoutShift')).toBeLessThan(GOOD_LAYOUT_SHIFT);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    await page.locator('.hops summary').first().click();
    const row = page
      .locator('.waterfall li')
      .filter({ has: page.locator('summary') })
      .first();
    const name = row.locator('.span');
    const before = await name.boundingBox();
    await row.locator('summary').first().click();
    // What was on the wire takes no width from the name of the span.
    expect((await name.boundingBox())?.width).toBeGreaterThanOrEqual((before?.width ?? Number.NaN) - 1);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  },
);

it('the page follows the system theme until the user selects one', async () => {
  const page = await openConsole(browser, url);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await ground()).not.toBe(light);
  await page.getByLabel('Theme').selectOption('light');
  expect(await ground()).toBe(light);
  await page.close();
});
