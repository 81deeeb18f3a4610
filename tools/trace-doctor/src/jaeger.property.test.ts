import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTrace } from './jaeger.ts';

let body = '';
const server = createServer((_request, response) => response.end(body));
let url = '';
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const tags = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()));
const listed = (some: Record<string, unknown>) =>
  Object.entries(some).map(([key, value]) => ({ key, value }));
const spans = fc.record({
  spanID: hex(16),
  parent: fc.option(hex(16), { nil: undefined }),
  operationName: fc.string(),
  tags,
  event: fc.string(),
  startTime: fc.nat(),
  duration: fc.nat(),
});

describe('any trace in Jaeger’s form', () => {
  it('is read completely: ids, parents, names, attributes and events', async () => {
    await fc.assert(
      fc.asyncProperty(
        hex(32),
        fc.array(spans, { maxLength: 3 }),
        fc.string(),
        async (traceID, given, serviceName) => {
          const all = given.map(({ parent, tags, event, ...rest }) => ({
            ...rest,
            traceID: traceID.replace(/^0{16}/, ''),
            references: parent === undefined ? null : [{ refType: 'CHILD_OF', traceID, spanID: parent }],
            tags: listed(tags),
            logs: [{ timestamp: 1, fields: listed({ event, n: 1 }) }],
            processID: 'p1',
          }));
          body = JSON.stringify({ data: [{ traceID, spans: all, processes: { p1: { serviceName } } }] });
          const read = await fetchTrace(url, traceID);
          expect(read?.traceId).toBe(traceID);
          for (const [
            i,
            { spanID, parent, operationName, tags, event, startTime, duration },
          ] of given.entries()) {
            expect(read?.spans[i]).toMatchObject({
              traceId: traceID,
              spanId: spanID,
              name: operationName,
              service: serviceName,
              startUs: startTime,
              durationUs: duration,
            });
            expect(read?.spans[i]?.parentSpanId).toBe(parent);
            expect(read?.spans[i]?.attributes).toEqual(tags);
            expect(read?.spans[i]?.events).toEqual([{ name: event, timeUs: 1, attributes: { n: 1 } }]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of any other form is refused in one line', async () => {
    const poison = { toString: 1, valueOf: 1 };
    const event = (value: unknown) => ({
      traceID: 'a',
      spanID: 'b',
      operationName: 'c',
      startTime: 1,
      duration: 1,
      processID: 'constructor',
      logs: [{ timestamp: 1, fields: [{ key: 'event', value }] }],
    });
    const answers = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .oneof(fc.jsonValue(), fc.constant(poison))
        .map((value) => JSON.stringify({ data: [{ traceID: 'a', spans: [event(value)], processes: {} }] })),
      fc
        .jsonValue()
        .map((span) => JSON.stringify({ data: [{ traceID: 'a', spans: [span], processes: {} }] })),
    );
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        body = answer;
        const outcome = await fetchTrace(url, 'a').catch((error: Error) => error.message);
        if (typeof outcome === 'string')
          return void expect(outcome).toMatch(/^the trace store did not answer in Jaeger's form at [^\n]*$/);
        for (const { events, service } of outcome?.spans ?? []) {
          expect(typeof service).toBe('string');
          for (const { name } of events) expect(typeof name).toBe('string');
        }
      }),
      { numRuns: 100 },
    );
  });
});
