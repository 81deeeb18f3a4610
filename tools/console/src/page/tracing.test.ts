// What the page exports: its module runs here as in a browser, and sends to a server of the test.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { hrTime } from '@opentelemetry/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

interface Exported {
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

const exported: Exported[] = [];
const server = createServer(async (request, response) => {
  const { resourceSpans } = (await json(request)) as {
    resourceSpans: { scopeSpans: { spans: Exported[] }[] }[];
  };
  exported.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  response.setHeader('content-type', 'application/json').end('{}');
});
let page: typeof import('./tracing.ts');
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubGlobal('location', { href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  page = await import('./tracing.ts');
});
afterAll(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

/** Runs `work`, and resolves to the spans of this name that were exported. */
async function spansOf(name: string, work: () => void) {
  work();
  await page.flush();
  const spans = exported.filter((span) => span.name === name);
  return spans.map(({ startTimeUnixNano, endTimeUnixNano }) => {
    const startNs = BigInt(startTimeUnixNano);
    return { startNs, lengthNs: BigInt(endTimeUnixNano) - startNs };
  });
}

it('the page’s spans start at fractions of a millisecond', async () => {
  const started = 20;
  const spans = await spansOf('click', () => {
    for (let n = 0; n < started; n += 1) page.startSpan('click', page.ROOT_CONTEXT, {}).span.end();
  });
  expect(spans).toHaveLength(started);
  expect(spans.filter(({ startNs }) => startNs % 1_000_000n !== 0n).length).toBeGreaterThan(1);
  expect(spans.every(({ lengthNs }) => lengthNs > 0n)).toBe(true);
});

it('a span of the page that ends at its start has a length, because Jaeger calls none a negative one', async () => {
  const startTime = hrTime();
  const spans = await spansOf('moment', () =>
    page.startSpan('moment', page.ROOT_CONTEXT, { startTime }).span.end(startTime),
  );
  expect(spans.map(({ lengthNs }) => lengthNs)).toEqual([1n]);
});
