import { context } from '@opentelemetry/api';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { createRedisMock } from 'js-redis-server';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { anyContext, anyJson, anyText, awkwardNames } from '../arbitraries.fixture.ts';
import { extractContext, injectContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { publish, withProcessSpan } from './redis.ts';
import { append, entriesAfter, readEntry, type Stream } from './stream.ts';

const tracing = startTestTracing();
const server = await createRedisMock({});
/** The messages that were processed or rejected, in the order of arrival. */
const events: { data?: unknown; carrier?: object; failed?: true }[] = [];
const open = new AsyncDisposableStack();
const redis = open.adopt(new Redis(server.url), (connection) => connection.disconnect());
const listener = open.adopt(new Redis(server.url), (connection) => connection.disconnect());
listener.on('message', (channel: string, text: string) => {
  withProcessSpan(channel, text, (data) => {
    events.push({ data, carrier: injectContext(context.active()) });
  }).catch(() => events.push({ failed: true }));
});
await listener.subscribe('c');
afterAll(async () => {
  await open.disposeAsync();
  await server.close();
  await tracing[Symbol.asyncDispose]();
});

/** The outcome of one message. */
async function outcomeOf(send: () => Promise<unknown>) {
  events.length = 0;
  await send();
  await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 5_000, interval: 1 });
  const [event] = events;
  return event;
}
const withoutParent = ({ traceparent: _, ...rest }: Record<string, string> = {}) => rest;

describe('any message of pub/sub', () => {
  it('keeps its data and its context', async () => {
    await fc.assert(
      fc.asyncProperty(anyContext, anyJson, async (ctx, data) => {
        const sender = extractContext(injectContext(ctx));
        const event = await outcomeOf(() => context.with(sender, () => publish(redis, 'c', data)));
        expect(event?.data).toEqual(data);
        const { traceparent, ...rest } = injectContext(sender);
        expect(withoutParent(event?.carrier as Record<string, string>)).toMatchObject(rest);
        if (traceparent)
          expect(event?.carrier).toMatchObject({
            traceparent: expect.stringContaining(traceparent.slice(0, 36)),
          });
      }),
      { numRuns: 50 },
    );
  });

  it('is processed with any value in place of its context, and rejected if it is not an envelope', async () => {
    const envelopes = fc
      .tuple(anyJson, anyJson)
      .map(([trace_context, data]) => JSON.stringify({ trace_context, data }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          envelopes,
          anyText,
          anyJson.map((json) => JSON.stringify(json)),
        ),
        async (text) => {
          const event = await outcomeOf(() => redis.publish('c', text));
          const isEnvelope = isJson(text) && /^\s*\{/.test(text) && Object.hasOwn(JSON.parse(text), 'data');
          expect(event?.failed === true).toBe(!isEnvelope);
        },
      ),
      { numRuns: 100 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('any entry of a stream', () => {
  const stream: Stream = { name: 's', maxLength: 10 };

  it('keeps its data and its context', async () => {
    await fc.assert(
      fc.asyncProperty(anyContext, anyJson, async (ctx, data) => {
        const sender = extractContext(injectContext(ctx));
        await redis.del('s');
        const id = await context.with(sender, () => append(redis, stream, data));
        const [entry] = await entriesAfter(redis, stream, '0-0', 1);
        const read = entry && readEntry(entry);
        expect(read).toMatchObject({ id });
        expect(read?.data).toEqual(data);
        expect(withoutParent(read && injectContext(read.ctx))).toEqual(withoutParent(injectContext(sender)));
      }),
      { numRuns: 50 },
    );
  });

  it('is read with any fields, and rejected if its data is not JSON', () => {
    const fields = fc.array(
      fc.oneof(anyText, awkwardNames, fc.constantFrom('data', 'traceparent', '{}', '1')),
      { maxLength: 7 },
    );
    fc.assert(
      fc.property(fields, (flat) => {
        const at = flat.findLastIndex((name, i) => i % 2 === 0 && name === 'data');
        const data = at === -1 ? 'null' : (flat[at + 1] ?? '');
        if (isJson(data)) expect(readEntry({ id: '1-0', fields: flat }).data).toEqual(JSON.parse(data));
        else expect(() => readEntry({ id: '1-0', fields: flat })).toThrow(SyntaxError);
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
