// `npm run screenshots`: renews the README's screenshots (the console after a firing, and its waterfall) from the running
// mesh or a new one.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findRunningMesh, startMesh } from '@trace-mesh/embedded/mesh';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Browser } from 'playwright-core';
import { fire, openBrowser, openConsole } from './console-page.ts';
import { bringBrowser, findBrowser } from './find-browser.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));

async function take(browser: Browser, { console: url }: Endpoints): Promise<void> {
  if (!url) throw new Error('the mesh that runs here has no console: end it, and run this again');
  await mkdir(FOLDER, { recursive: true });
  const page = await openConsole(browser, url);
  const { broken } = await fire(page, 'create-task');
  if (broken.length > 0) throw new Error(`a broken trace is no picture for the README: ${broken.join('; ')}`);
  await page.evaluate('scrollTo(0, 0)');
  // The ways of the map are lit one after the other.
  await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
  await page.screenshot({ path: `${FOLDER}/console.png` });
  const row = page.locator('.waterfall li').filter({ hasText: /^process tasks/ });
  await row.locator('summary').click();
  await page.locator('.waterfall').screenshot({ path: `${FOLDER}/trace.png` });
  console.log(`${FOLDER}/console.png\n${FOLDER}/trace.png`);
}

try {
  if (!(await findBrowser())) await bringBrowser();
  await using stack = new AsyncDisposableStack();
  const running = await findRunningMesh();
  const { endpoints } = running ?? stack.use(await startMesh({ console: true }));
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  await take(browser, endpoints);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
