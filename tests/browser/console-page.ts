// The console in a real browser, as a person uses it: by what can be read and pressed.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser, NO_BROWSER } from './find-browser.ts';

/** Screenshots of a test run. */
const OUTPUT = fileURLToPath(new URL('../../.mesh/screenshots', import.meta.url));
/** A firing, its verdict included, may take so long, in ms. */
const FIRING_MS = 60_000;

/** What is read off the page once a firing is over. */
export interface Shown {
  traceId: string;
  progress: string;
  /** What each broken hop says, one text for each row of the table. */
  broken: string[];
  /** What was on the wire, one text for each hop of the table. */
  wire: string[];
  alerts: string[];
}

/** Launches the browser that there is. Throws an Error that says how to get one. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  // Chromium's sandbox refuses to run as root, as containers do; the pages that it opens here are our own.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote', '--use-gl=angle', '--use-angle=swiftshader'],
  });
}

/** Opens the console. Whatever the page complains of is collected in `complaints`. */
export async function openConsole(browser: Browser, url: string, complaints: string[] = []): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
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

/** Resolves when the page has begun to fire and is done with it. */
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

/** What goes on, in a sentence. */
export const progressOf = (page: Page): Promise<string> =>
  page.locator('.chosen').getByRole('status').innerText();

/** Turns a knob of the page: the checkbox `name` of the group `group`. */
export const turn = (page: Page, group: string, name: string, on = true): Promise<void> =>
  page
    .getByRole('group', { name: group, exact: true })
    .getByRole('checkbox', { name, exact: true })
    .setChecked(on);

export const resetKnobs = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Reset knobs' }).click();

/** Keeps a picture of the page in `.mesh/screenshots`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  await page.screenshot({ path: `${OUTPUT}/${name}.png` });
}
