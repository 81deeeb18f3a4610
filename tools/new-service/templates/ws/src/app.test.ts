// Runs the service on a real port and checks its traces, its access rules and its limits.
import { openTestAccess } from '@trace-mesh/access/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { createPlainHttp } from '@trace-mesh/runtime/plain-http';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it, vi } from 'vitest';
import { createApp, MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES } from './app.ts';
import { connect__Name__ } from './client.ts';
import { MAX_NAME_LENGTH } from './frames/greet.ts';

const tracing = startTestTracing();
const access = openTestAccess();
const http = await listen(createPlainHttp(), { host: '127.0.0.1', port: 0 });
const logger = createLogger({ write: () => undefined });
const app = createApp(http.server, { ...access.gate, logger });
const open = (token = access.token()) => connect__Name__(`ws://127.0.0.1:${http.port}/ws`, 'test', token);
const client = await open();
afterAll(async () => {
  client[Symbol.dispose]();
  app[Symbol.dispose]();
  await http[Symbol.asyncDispose]();
  access[Symbol.dispose]();
  await tracing[Symbol.asyncDispose]();
});

it('the span of a message is the child of the sender’s and links to the connection’s, and so for the answer', async () => {
  const greeting = await withSpan('caller', {}, () => client.greet('Ada'));
  expect(greeting).toEqual({ greeting: 'Hello, Ada!' });
  const one = (name: string) =>
    vi.waitFor(() => {
      const [span] = tracing.spans(name);
      expect(span).toBeDefined();
      return span;
    });
  const idOf = async (name: string) => (await one(name))?.spanContext().spanId;
  const parentOf = async (name: string) => (await one(name))?.parentSpanContext?.spanId;
  expect(await parentOf('send greet')).toBe(await idOf('caller'));
  expect(await parentOf('process greet')).toBe(await idOf('send greet'));
  expect(await parentOf('send greeting')).toBe(await idOf('process greet'));
  expect(await parentOf('process greeting')).toBe(await idOf('send greeting'));
  const accepted = tracing.spans('GET /ws').find((span) => span.parentSpanContext);
  const [linked] = (await one('process greet'))?.links ?? [];
  expect(linked?.context.spanId).toBe(accepted?.spanContext().spanId);
});

it('a name of the maximum length is accepted, a longer one is rejected', async () => {
  const name = 'a'.repeat(MAX_NAME_LENGTH);
  expect(await client.greet(name)).toEqual({ greeting: `Hello, ${name}!` });
  await expect(client.greet(`${name}a`)).rejects.toMatchObject({ code: 'malformed' });
});

it('a message over the limit is rejected', async () => {
  await expect(client.greet('a'.repeat(MAX_MESSAGE_BYTES))).rejects.toMatchObject({ code: 'too_large' });
  using other = await open();
  await expect(other.greet('a'.repeat(MAX_PAYLOAD_BYTES))).rejects.toThrow('closed the connection');
});

it('a call without a valid token, or without its scope, is rejected', async () => {
  await expect(open('noise')).rejects.toThrow('401');
  using writer = await open(access.token({ scopes: ['tasks:write'] }));
  await expect(writer.greet('Ada')).rejects.toMatchObject({ code: 'insufficient_scope' });
});
