// The console in a real browser, used through its visible texts and controls.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser, NO_BROWSER } from './find-browser.ts';

/** Screenshots of a test run. */
const OUTPUT = fileURLToPath(new URL('../../.mesh/screenshots', import.meta.url));
export const PHONE = { width: 360, height: 740 };

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations that axe finds, each with its elements. */
export const violationsOf = (page: Page): Promise<string[]> =>
  // Evaluated instead of added as a script, which the page's Content-Security-Policy refuses.
  page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join('\\n')))`);

/** The progress line of a firing whose trace is whole. */
export const WHOLE = /^All \d+ hops hold, and the trace is whole\.$/;

/** Timeout of one firing with its verdict, in ms. */
const FIRING_MS = 60_000;

/** The page's contents after a firing. */
export interface Shown {
  traceId: string;
  progress: string;
  /** The text of each broken hop in the table. */
  broken: string[];
  /** The wire text of each hop in the table. */
  wire: string[];
  alerts: string[];
}

/** Launches the installed browser. Throws an Error with the fix if there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  // Chromium's sandbox does not run as root, which containers use; only the console is opened here.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote', '--use-gl=angle', '--use-angle=swiftshader'],
  });
}

export interface OpenOptions {
  /** Errors of the page and of its console are added here. */
  errors?: string[];
  viewport?: { width: number; height: number };
}

/** Opens the console with its knobs folded. */
export async function openConsole(
  browser: Browser,
  url: string,
  { errors = [], viewport = { width: 1500, height: 1000 } }: OpenOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Fire', exact: true }).waitFor();
  return page;
}

/** Presses Fire and waits until the firing is over. */
export async function fire(page: Page, scenario: string): Promise<Shown> {
  await page.locator(`input[name=scenario][value="${scenario}"]`).check();
  await page.getByRole('button', { name: 'Fire', exact: true }).click();
  await isOver(page);
  return shownOn(page);
}

/** Resolves when a firing has begun and ended. */
export async function isOver(page: Page): Promise<void> {
  await page.locator('button[type=submit][aria-disabled=true]').waitFor();
  await page.locator('button[type=submit][aria-disabled=false]').waitFor({ timeout: FIRING_MS });
}

async function shownOn(page: Page): Promise<Shown> {
  return {
    traceId: await page.locator('.trace-id code').innerText(),
    progress: await progressOf(page),
    broken: await page.locator('.hops tr.broken').allInnerTexts(),
    wire: await page.locator('.hops tbody td:last-child').allTextContents(),
    alerts: await page.getByRole('alert').allInnerTexts(),
  };
}

/** The progress line. */
export const progressOf = (page: Page): Promise<string> =>
  page.locator('.chosen').getByRole('status').innerText();

/** Turns a knob of the page: the checkbox `name` of the group `group`. */
export async function turn(page: Page, group: string, name: string, on = true): Promise<void> {
  const checkbox = page
    .getByRole('group', { name: group, exact: true })
    .getByRole('checkbox', { name, exact: true });
  await checkbox.setChecked(on);
}

/** Unfolds the knobs and sets each to its default. */
export async function resetKnobs(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Reset knobs' });
  if (!(await button.isVisible())) await page.locator('.knobs summary').click();
  await button.click();
}

/** Saves a screenshot of the page in `.mesh/screenshots`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  await page.screenshot({ path: `${OUTPUT}/${name}.png` });
}
