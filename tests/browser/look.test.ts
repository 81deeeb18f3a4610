// The page's themes and accessibility.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { fire, keepScreenshot, openBrowser, openConsole } from './console-page.ts';

const url = inject('endpoints').console ?? '';
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

it.each(['light', 'dark'])('the %s page has no accessibility violation', async (theme) => {
  const page = await openConsole(browser, url);
  await page.getByLabel('Theme').selectOption(theme);
  await fire(page, 'create-task');
  await keepScreenshot(page, theme);
  // Evaluated instead of added as a script, which the page's Content-Security-Policy refuses.
  const violations = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join('\\n')))`);
  expect(violations).toEqual([]);
  await page.close();
});

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
