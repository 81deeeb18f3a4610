import { subscribe } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { fetchServices } from './jaeger.ts';
import { startJaegerDouble } from './jaeger-double.fixture.ts';

it('a traced process makes no span of a query, and does not replace its header', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const suppressed: boolean[] = [];
  // Where the instrumentation of `fetch` reads its context.
  subscribe('undici:request:create', () => suppressed.push(isTracingSuppressed(context.active())));
  await using store = await startJaegerDouble([]);
  await fetchServices(store.url);
  expect(suppressed).toEqual([true]);
});
