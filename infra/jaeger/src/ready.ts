// `node src/ready.ts URL…` exits with 0 once every URL answers 2xx, with 1 after 120 s, or with 2 without a URL. Compose waits for it,
// because a health check inside Jaeger's container would depend on the programs that its image happens to have.
import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 120_000;
const POLL_MS = 200;
const REQUEST_TIMEOUT_MS = 2_000;

/** Undefined if the URL answers 2xx, else why it does not count. */
async function refusalOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

const urls = process.argv.slice(2);
if (urls.length === 0) {
  console.error('usage: node src/ready.ts URL…');
  process.exitCode = 2;
}
const deadline = Date.now() + TIMEOUT_MS;
for (const url of urls) {
  let refusal = await refusalOf(url);
  while (refusal !== undefined && Date.now() < deadline) {
    await delay(POLL_MS);
    refusal = await refusalOf(url);
  }
  if (refusal !== undefined) {
    console.error(`${url} is not ready after ${TIMEOUT_MS / 1000} s: ${refusal}`);
    process.exitCode = 1;
    break;
  }
}
