// `npm run browser`: makes sure that there is a browser for the tests, and prints its path.
import { bringBrowser, findBrowser, NO_BROWSER } from './find-browser.ts';

try {
  console.log((await findBrowser()) ?? (await bringBrowser()));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${NO_BROWSER}`);
  process.exitCode = 1;
}
