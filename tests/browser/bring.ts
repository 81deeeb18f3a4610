// `npm run browser`: installs a browser for the tests if there is none, and prints its path.
import { bringBrowser, findBrowser, NO_BROWSER } from './find-browser.ts';

try {
  console.log((await findBrowser()) ?? (await bringBrowser()));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${NO_BROWSER}`);
  process.exitCode = 1;
}
