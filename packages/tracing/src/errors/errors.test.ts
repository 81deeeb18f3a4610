import { Metadata } from '@grpc/grpc-js';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { thrownValues } from '../arbitraries.fixture.ts';
import { createLogger } from '../logger.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import * as carriers from './carriers.ts';
import { fromMessageAttribute, SQS_ERROR_ATTRIBUTE, toMessageAttribute } from './carriers.ts';
import {
  type ErrorFields,
  errorIds,
  MAX_CAUSES,
  MAX_ERROR_DETAIL,
  MAX_ERROR_DETAILS,
  MAX_ERROR_MESSAGE,
  TracedError,
  UPSTREAM_ERROR_EVENT,
  wrapErrorWithTrace,
} from './errors.ts';
import { DETAILS_KEY, fromServiceError, toErrorMetadata, withOrigin } from './grpc.ts';

vi.stubEnv('OTEL_SERVICE_NAME', 'cost-ledger');
const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const fields: ErrorFields = {
  code: 'over_budget',
  message: 'the budget does not hold this amount',
  service: 'cost-ledger',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  details: { tenant: 'acme' },
};
const wire = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Each transport: written, sent, read. */
const transports: Record<string, (error: TracedError) => TracedError | undefined> = {
  http: (error) => carriers.fromProblem(wire(carriers.toProblem(error, 402, 'over budget'))),
  grpc: (error) => fromServiceError({ metadata: toErrorMetadata(error, 8) }),
  sqs: (error) => fromMessageAttribute({ MessageAttributes: toMessageAttribute(error) }),
  websocket: (error) => carriers.fromFailure(wire(carriers.toFailure(error))),
  mcp: (error) => carriers.fromToolError(wire(carriers.toToolError(error))),
};

describe.each(Object.entries(transports))('over %s an error', (_name, cross) => {
  it('keeps code, message, origin, ids and details', () => {
    expect(cross(new TracedError(fields))?.fields).toEqual(fields);
  });

  it('has no ids without a trace', () => {
    const { trace_id: _, span_id: __, ...untraced } = fields;
    expect(cross(new TracedError(untraced))?.fields).toMatchObject({ ...untraced });
  });

  it('is recorded where it arose; the receiver has an event and a link', async () => {
    const origin = await withSpan('server', {}, () =>
      wrapErrorWithTrace(new Error('no'), { code: 'refused' }),
    );
    const failing = withSpan('client', {}, () => Promise.reject(cross(origin)));
    await expect(failing).rejects.toMatchObject({ fields: origin.fields });
    const [serverSpan] = tracing.spans('server');
    const [clientSpan] = tracing.spans('client');
    expect(serverSpan?.events.map(({ name }) => name)).toEqual(['exception']);
    expect(clientSpan?.events.map(({ name }) => name)).toEqual([UPSTREAM_ERROR_EVENT, 'link']);
    expect(clientSpan?.events[0]?.attributes).toEqual({
      'mesh.error.code': 'refused',
      'mesh.error.service': 'cost-ledger',
      'mesh.error.trace_id': serverSpan?.spanContext().traceId,
      'mesh.error.span_id': serverSpan?.spanContext().spanId,
    });
    expect(clientSpan?.links[0]?.context).toMatchObject({
      traceId: serverSpan?.spanContext().traceId,
      spanId: serverSpan?.spanContext().spanId,
    });
    expect(clientSpan?.status.code).toBe(SpanStatusCode.ERROR);
    expect(clientSpan?.attributes['error.type']).toBe('refused');
  });
});

describe('wrapErrorWithTrace', () => {
  it('names the span that recorded the error first, not the one in which it is wrapped', async () => {
    const error = new Error('deep down');
    const traced = await withSpan('edge', {}, () =>
      withSpan('deep', {}, () => Promise.reject(error)).catch((e) =>
        wrapErrorWithTrace(e, { code: 'internal' }),
      ),
    );
    expect(traced.fields.span_id).toBe(tracing.spans('deep')[0]?.spanContext().spanId);
    expect(tracing.spans('edge')[0]?.events).toEqual([]);
    expect(traced.cause).toBe(error);
  });

  it('returns the origin of an error that has one', () => {
    const traced = new TracedError(fields);
    const error = new Error('no');
    expect(wrapErrorWithTrace(traced, { code: 'internal' })).toBe(traced);
    expect(wrapErrorWithTrace(error, { code: 'a' })).toBe(wrapErrorWithTrace(error, { code: 'b' }));
    expect(wrapErrorWithTrace(new Error('outer', { cause: traced }), { code: 'c' })).toBe(traced);
  });

  it('does not mark a span as failed: refusing a request is not a failure of the refusing span', async () => {
    await withSpan('edge', {}, () => wrapErrorWithTrace(new Error('no'), { code: 'refused' }));
    expect(tracing.spans('edge')[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('searches MAX_CAUSES causes', () => {
    const nest = (depth: number): Error =>
      depth === 0 ? new TracedError(fields) : new Error('outer', { cause: nest(depth - 1) });
    expect(wrapErrorWithTrace(nest(MAX_CAUSES - 1), { code: 'outer' }).code).toBe('over_budget');
    expect(wrapErrorWithTrace(nest(MAX_CAUSES), { code: 'outer' }).code).toBe('outer');
  });

  it.each([
    ['not found', 'not_found'],
    ['INVALID-ARGUMENT', 'invalid_argument'],
    ['', 'internal'],
    ['42', 'internal'],
  ])('makes a code of any text: %j', (text, code) => {
    expect(wrapErrorWithTrace(new Error('no'), { code: text }).code).toBe(code);
  });

  it('limits message and details', () => {
    const details = Object.fromEntries(
      Array.from({ length: MAX_ERROR_DETAILS + 1 }, (_, i) => [`k${i}`, 'x'.repeat(MAX_ERROR_DETAIL + 1)]),
    );
    const message = 'y'.repeat(MAX_ERROR_MESSAGE + 1);
    const { fields: bounded } = wrapErrorWithTrace(new Error(message), { code: 'long', details });
    expect(bounded.message).toHaveLength(MAX_ERROR_MESSAGE);
    expect(Object.keys(bounded.details)).toHaveLength(MAX_ERROR_DETAILS);
    expect(bounded.details.k0).toHaveLength(MAX_ERROR_DETAIL);
  });
});

describe('an error with text that a transport or a database refuses', () => {
  const traced = (message: string, details = {}) =>
    wrapErrorWithTrace(new Error(message), { code: 'odd_text', details });

  it('is cut between characters and has no NUL, which JSON in Postgres refuses', () => {
    const { fields: cut } = traced(`${'x'.repeat(MAX_ERROR_MESSAGE - 1)}🍕`, { half: '\ud83c', nul: 'a\0b' });
    expect(cut.message.endsWith('x\ufffd')).toBe(true);
    expect(cut.details).toEqual({ half: '\ufffd', nul: 'a\ufffdb' });
  });

  it('is written to an attribute that SQS accepts, and read from it', () => {
    const attributes = toMessageAttribute(traced('\uffff'));
    expect(attributes[SQS_ERROR_ATTRIBUTE]?.StringValue).toMatch(/^[\x20-\x7e]+$/);
    expect(fromMessageAttribute({ MessageAttributes: attributes })?.message).toBe('\uffff');
  });

  it('crosses gRPC without details that are named like its ids', () => {
    const metadata = toErrorMetadata(traced('m', { trace_id: 'of an order', kept: '1' }), 3);
    expect(fromServiceError({ metadata })?.fields).toMatchObject({ message: 'm', details: { kept: '1' } });
  });
});

it.each(thrownValues())(
  '%s, when it was thrown, crosses every transport and is logged',
  async (_, thrown) => {
    const error = await withSpan('odd', {}, () => wrapErrorWithTrace(thrown, { code: 'odd' }));
    const span_id = tracing.spans('odd')[0]?.spanContext().spanId;
    expect(error.fields).toMatchObject({ code: 'odd', message: expect.any(String), span_id });
    expect(Object.is(error.cause, thrown)).toBe(true);
    for (const cross of Object.values(transports)) expect(cross(error)?.fields).toEqual(error.fields);
    expect(Object.is(withOrigin(thrown), thrown)).toBe(true);
    expect(errorIds(error)).toMatchObject({ span_id });
    const lines: string[] = [];
    const logger = createLogger({ write: (line) => void lines.push(line) });
    for (const err of [thrown, error]) logger.error({ err }, 'failed');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['failed', 'failed']);
  },
);

describe('anything but a TracedError', () => {
  const bad: unknown[] = [
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { ...fields, code: 'Not A Code' },
    { ...fields, trace_id: 'zz' },
    { ...fields, trace_id: '0'.repeat(32) },
    { ...fields, span_id: '0'.repeat(16) },
  ];

  it.each(bad)('is not read as one: %j', (value) => {
    expect(carriers.fromProblem(value)).toBeUndefined();
    expect(carriers.fromFailure(value)).toBeUndefined();
    expect(carriers.fromToolError({ _meta: { [carriers.MCP_ERROR_META]: value } })).toBeUndefined();
  });

  it('is not read as one: malformed bytes and texts', () => {
    const metadata = new Metadata();
    expect(fromServiceError({ metadata })).toBeUndefined();
    metadata.set(DETAILS_KEY, Buffer.from([255, 255, 255]));
    expect(fromServiceError({ metadata })).toBeUndefined();
    const attribute = { [SQS_ERROR_ATTRIBUTE]: { DataType: 'String', StringValue: '{' } };
    expect(fromMessageAttribute({ MessageAttributes: attribute })).toBeUndefined();
  });
});
