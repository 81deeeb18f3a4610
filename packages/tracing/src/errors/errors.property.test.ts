import { Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { anyJson, anyText, awkwardNames, mangled, spanIds, traceIds } from '../arbitraries.fixture.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import * as carriers from './carriers.ts';
import { fromMessageAttribute, SQS_ERROR_ATTRIBUTE, toMessageAttribute } from './carriers.ts';
import {
  ErrorFields,
  MAX_ERROR_DETAIL,
  MAX_ERROR_DETAILS,
  MAX_ERROR_MESSAGE,
  receiveError,
  TracedError,
  wrapErrorWithTrace,
} from './errors.ts';
import { DETAILS_KEY, fromServiceError, toErrorMetadata, withOrigin } from './grpc.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const codes = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const services = fc.string({ minLength: 1, maxLength: 64 });
const names = fc.oneof(
  fc.stringMatching(/^[a-z]{1,8}$/),
  awkwardNames,
  fc.constantFrom('trace_id', 'span_id', 'code', 'message', 'title', 'status'),
);
const long = fc
  .tuple(anyText, fc.constantFrom(0, 0, 300, 600))
  .map(([text, filler]) => text + '🍕'.repeat(filler));
const rawFields = fc.record(
  {
    code: codes,
    message: long,
    service: services,
    trace_id: traceIds,
    span_id: spanIds,
    details: fc.dictionary(names, long),
  },
  { requiredKeys: ['code', 'message', 'service'] },
);
const errors = rawFields.map((fields) => new TracedError(ErrorFields.parse(fields)));

/** Over HTTP, WebSocket, MCP and SQS, each as the bytes on the wire. */
const CARRIERS: [string, (error: TracedError) => TracedError | undefined][] = [
  ['problem details', (e) => carriers.fromProblem(wire(carriers.toProblem(e, 400, 'title')))],
  ['a WebSocket message', (e) => carriers.fromFailure(wire(carriers.toFailure(e)))],
  ['a tool result', (e) => carriers.fromToolError(wire(carriers.toToolError(e)))],
  ['a dead letter', (e) => fromMessageAttribute({ MessageAttributes: toMessageAttribute(e) })],
];
function wire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

describe('any error', () => {
  it.each(CARRIERS)('comes back whole from %s', (_carrier, over) => {
    fc.assert(fc.property(errors, (error) => void expect(over(error)?.fields).toEqual(error.fields)));
  });

  it('is read from gRPC as it was written, except for details that are named like the ids', () => {
    fc.assert(
      fc.property(
        errors,
        fc.constantFrom(...Object.values(status).filter(Number.isInteger)),
        (error, code) => {
          const { trace_id: _, span_id: __, ...details } = error.fields.details;
          const metadata = toErrorMetadata(error, Number(code));
          expect(fromServiceError({ metadata })?.fields).toEqual({ ...error.fields, details });
        },
      ),
    );
  });

  it('is bounded, and text that protobuf, Postgres and SQS accept', () => {
    fc.assert(
      fc.property(errors, (error) => {
        const { message, details } = error.fields;
        expect(message.length).toBeLessThanOrEqual(MAX_ERROR_MESSAGE);
        expect(Object.keys(details).length).toBeLessThanOrEqual(MAX_ERROR_DETAILS);
        for (const text of [message, ...Object.entries(details).flat()]) {
          expect(text).not.toContain('\0');
          expect(text.isWellFormed()).toBe(true);
          expect(text.length).toBeLessThanOrEqual(Math.max(MAX_ERROR_DETAIL, MAX_ERROR_MESSAGE));
        }
        const attribute = toMessageAttribute(error)[SQS_ERROR_ATTRIBUTE]?.StringValue;
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
        expect(attribute).toMatch(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u);
      }),
    );
  });
});

describe('anything that is thrown', () => {
  const thrown = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withTypedArray: true }),
    anyJson,
    // A message that is not a string. One that cannot be converted breaks Node's `stack`, too.
    fc.constantFrom(undefined, null, 7, []).map((message) => Object.assign(new Error(), { message })),
  );

  it('becomes an error with an origin, without another error', () => {
    fc.assert(
      fc.property(thrown, anyText, (error, code) => {
        const traced = wrapErrorWithTrace(error, { code });
        expect(ErrorFields.parse(traced.fields)).toEqual(traced.fields);
        expect(wrapErrorWithTrace(traced, { code: 'other' })).toBe(traced);
        if (typeof error === 'object' && error !== null)
          expect(wrapErrorWithTrace(error, { code })).toBe(traced);
      }),
      { numRuns: 300 },
    );
  });

  it('passes a span as the same value', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (error) => {
        const caught = withSpan('s', {}, () => Promise.reject(error)).then(
          () => 'resolved',
          (e: unknown) => ({ e }),
        );
        expect(((await caught) as { e: unknown }).e).toBe(error);
      }),
    );
  });
});

describe('anything in place of an error', () => {
  const anything = fc.oneof(
    anyJson,
    rawFields.map((fields) => ({ ...fields, message: 7 })),
    fc.tuple(rawFields, names, anyJson).map(([fields, name, value]) => ({ ...fields, [name]: value })),
  );

  it('is undefined, or an error in its documented shape', () => {
    fc.assert(
      fc.property(anything, (value) => {
        for (const error of [
          receiveError(value),
          carriers.fromProblem(value),
          carriers.fromToolError({ _meta: { [carriers.MCP_ERROR_META]: value } }),
        ]) {
          if (error) expect(ErrorFields.parse(error.fields)).toEqual(error.fields);
        }
      }),
      { numRuns: 300 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is undefined, or an error, also as bytes of gRPC and as text of SQS', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(errors, fc.nat(), fc.nat(255)).map(([error, at, byte]) => {
        const good = toErrorMetadata(error, 3).get(DETAILS_KEY)[0] as Buffer;
        return Buffer.from(good.map((old, i) => (i === at % good.length ? byte : old)));
      }),
    );
    const texts = fc.oneof(anyText, mangled(errors.map((error) => JSON.stringify(error.fields))));
    fc.assert(
      fc.property(bytes, texts, (given, StringValue) => {
        const metadata = new Metadata();
        metadata.set(DETAILS_KEY, Buffer.from(given));
        const cause = Object.assign(new Error('call'), { metadata });
        expect(withOrigin(cause)).toBe(cause);
        const attribute = { [SQS_ERROR_ATTRIBUTE]: { DataType: 'String', StringValue } };
        for (const error of [
          fromServiceError({ metadata }),
          fromMessageAttribute({ MessageAttributes: attribute }),
        ]) {
          if (error) expect(ErrorFields.parse(error.fields)).toEqual(error.fields);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('adds no link to an invalid span', async () => {
    const ids = fc.oneof(traceIds, fc.constant('0'.repeat(32)));
    await fc.assert(
      fc.asyncProperty(
        rawFields,
        ids,
        fc.oneof(spanIds, fc.constant('0'.repeat(16))),
        async (fields, trace_id, span_id) => {
          tracing.reset();
          await withSpan('receiver', {}, () => void receiveError({ ...fields, trace_id, span_id }));
          for (const { context } of tracing.spans('receiver').flatMap(({ links }) => links)) {
            expect(context.traceId).not.toMatch(/^0+$/);
            expect(context.spanId).not.toMatch(/^0+$/);
          }
        },
      ),
    );
  });
});
