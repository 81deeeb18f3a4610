// The mystery of the console: one hop is broken, and there is no verdict before the answer.
import { breakOf, MYSTERY_CAUSES } from '@trace-mesh/faults/mystery';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { keepScreenshot, openBrowser, openConsole, PHONE, violationsOf } from './console-page.ts';

const SEED = 5;
const { row, cause, scenario } = breakOf(SEED);
const other = MYSTERY_CAUSES.find((candidate) => candidate !== cause) ?? '';
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await openConsole(browser, inject('endpoints').console ?? '', { viewport: PHONE });
});
afterAll(() => browser?.close());

const button = (name: string) => page.locator('.mystery').getByRole('button', { name, exact: true });
const says = (text: string | RegExp) =>
  page.locator('.mystery').getByRole('status').filter({ hasText: text }).waitFor();

/** Starts a mystery with the keyboard, and waits for its symptoms. */
async function start(seed: number): Promise<void> {
  await page.getByLabel('Seed (empty: any)').fill(String(seed));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await says(`Mystery ${seed}`);
}

it('a mystery shows symptoms and spans, and no verdict before the right answer', async () => {
  await page.locator('.mystery summary').focus();
  await page.keyboard.press('Enter');
  await start(SEED);
  expect(await page.locator('.mystery').getByRole('region', { name: 'Symptoms' }).innerText()).toContain(
    'expected hops',
  );
  expect(await page.locator('#hops-title').innerText()).toBe('Verdict: comes with your answer');
  expect(await page.locator('.waterfall li').count()).toBeGreaterThan(0);
  expect(await page.locator('.broken').count()).toBe(0);

  await page.locator('.mystery').getByLabel('Row').selectOption(String(row));
  await page.locator('.mystery').getByLabel('Cause').selectOption(other);
  await button('Answer').click();
  await says('No, look again.');
  expect(await page.locator('.broken').count()).toBe(0);

  await page.locator('.mystery').getByLabel('Cause').selectOption(cause);
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await button('Answer').press('Enter');
  await says('Right.');
  expect(await page.locator('.mystery').getByRole('region', { name: 'Solution' }).innerText()).toContain(
    cause,
  );
  expect(await page.locator('.hops tr.broken').count()).toBeGreaterThan(0);
  await keepScreenshot(page, 'mystery-360');
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
});

it('a player who gives up sees the solution', async () => {
  await start(SEED);
  await button('Give up').click();
  await says('Not found.');
  expect(await page.locator('.mystery').getByRole('region', { name: 'Solution' }).innerText()).toContain(
    `Row ${row}: ${cause}`,
  );
  expect(await page.locator('.last-firings').innerText()).toContain(scenario.name);
});
