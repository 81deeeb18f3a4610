// Where a consumer finds the context of a message that another program has sent, and in which order.
import type { Message } from '@aws-sdk/client-sqs';
import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { injectContext, runInContext } from '../context/carrier.ts';
import { meshPropagator } from '../context/propagator.ts';
import { startTestTracing } from '../testing.ts';
import { carryContext } from './carrier.ts';
import { extractFromMessage, receiveAttributes } from './extract.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const traceparent = (n: number) => `00-${`${n}`.repeat(32)}-${`${n}`.repeat(16)}-01`;
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const header = (n: number) =>
  `Root=1-${`${n}`.repeat(8)}-${`${n}`.repeat(24)};Parent=${`${n}`.repeat(16)};Sampled=1`;
const notification = (MessageAttributes: object | undefined, Text = '{}') =>
  JSON.stringify({
    Type: 'Notification',
    TopicArn: 'arn:aws:sns:eu-west-1:1:t',
    Message: Text,
    MessageAttributes,
  });
const base64 = (value: string) => Buffer.from(value).toString('base64');

const sources: [string, string, Message][] = [
  ['a String attribute', 'attributes', { MessageAttributes: { traceparent: text(traceparent(1)) } }],
  [
    'a Binary attribute',
    'attributes',
    { MessageAttributes: { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(traceparent(1)) } } },
  ],
  [
    'a String attribute of an SNS notification',
    'sns',
    { Body: notification({ traceparent: { Type: 'String', Value: traceparent(1) } }) },
  ],
  [
    'a Binary attribute of an SNS notification',
    'sns',
    { Body: notification({ traceparent: { Type: 'Binary', Value: base64(traceparent(1)) } }) },
  ],
  ['the field trace of the body', 'body', { Body: `{"trace":{"traceparent":"${traceparent(1)}"}}` }],
  [
    'the field trace of the message of an SNS notification',
    'body',
    { Body: notification(undefined, `{"trace":{"traceparent":"${traceparent(1)}"}}`) },
  ],
  ['AWSTraceHeader', 'aws-trace-header', { Attributes: { AWSTraceHeader: header(1) } }],
];

it.each(sources)('%s', (_, place, message) => {
  expect(injectContext(extractFromMessage(message))).toEqual({ traceparent: traceparent(1) });
  expect(receiveAttributes(message)['mesh.messaging.context_place']).toBe(place);
});

it('attributes come before the SNS notification, that before the body, and AWSTraceHeader is last', () => {
  const all: Message = {
    MessageAttributes: { traceparent: text(traceparent(1)) },
    Body: JSON.stringify({
      ...JSON.parse(notification({ traceparent: { Type: 'String', Value: traceparent(2) } })),
      trace: { traceparent: traceparent(3) },
    }),
    Attributes: { AWSTraceHeader: header(4) },
  };
  const { MessageAttributes: _, ...withoutAttributes } = all;
  const body = {
    Body: `{"trace":{"traceparent":"${traceparent(3)}"}}`,
    Attributes: { AWSTraceHeader: header(4) },
  };
  const found = [all, withoutAttributes, body, { Attributes: { AWSTraceHeader: header(4) } }].map(
    (message) => injectContext(extractFromMessage(message)).traceparent,
  );
  expect(found).toEqual([1, 2, 3, 4].map(traceparent));
});

it('AWSTraceHeader gives the trace, the attributes the baggage', () => {
  const message = { MessageAttributes: { baggage: text('a=1') }, Attributes: { AWSTraceHeader: header(1) } };
  expect(injectContext(extractFromMessage(message))).toEqual({ traceparent: traceparent(1), baggage: 'a=1' });
});

it.each(['Sampled=0', 'Sampled=?', ''])(
  'an AWSTraceHeader that is not sampled gives no context, as Lambda without tracing sets it: %s',
  (sampled) => {
    const AWSTraceHeader = header(1).replace('Sampled=1', sampled);
    expect(extractFromMessage({ Attributes: { AWSTraceHeader } })).toBe(ROOT_CONTEXT);
  },
);

it.each(['', 'Root=1', 'Root=1-zz;Parent=1', 'x'.repeat(10_000), 'Self=1;Root=;Parent=;Sampled='])(
  'a malformed AWSTraceHeader gives no context: %.20s',
  (AWSTraceHeader) => expect(extractFromMessage({ Attributes: { AWSTraceHeader } })).toBe(ROOT_CONTEXT),
);

it.each([undefined, null, 7, [], { traceparent: null }, { traceparent: { Type: 'Binary', Value: 7 } }])(
  'malformed attributes of an SNS notification give no context: %j',
  (attributes) => {
    const Body = notification(attributes as object);
    expect(extractFromMessage({ Body })).toBe(ROOT_CONTEXT);
  },
);

it.each([
  '{"Message":{"toString":1}}',
  '{"Type":"Notification","MessageAttributes":{"traceparent":{"Value":{}}}}',
  '[[]]',
])('a body of an unexpected shape gives no context: %s', (Body) =>
  expect(extractFromMessage({ Body })).toBe(ROOT_CONTEXT),
);

it('context in a format that is not read is named on the span', () => {
  const names = ['b3', '_datadog', 'otel.traceparent'];
  const MessageAttributes = Object.fromEntries(names.map((name) => [name, text('x')]));
  expect(receiveAttributes({ MessageAttributes })).toEqual({
    'mesh.messaging.context_place': 'none',
    'mesh.messaging.received_attributes': 3,
    'mesh.messaging.context_ignored': names,
  });
});

describe('with another value of OTEL_PROPAGATORS', () => {
  const useFormats = (formats: string) => {
    propagation.disable();
    propagation.setGlobalPropagator(meshPropagator(formats));
  };
  afterEach(() => useFormats('tracecontext,baggage'));
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

  it.each([
    ['b3', { b3: text(`${ids.traceId}-${ids.spanId}-1`) }],
    [
      'b3multi',
      { 'x-b3-traceid': text(ids.traceId), 'x-b3-spanid': text(ids.spanId), 'x-b3-sampled': text('1') },
    ],
    ['jaeger', { 'uber-trace-id': text(`${ids.traceId}:${ids.spanId}:0:1`) }],
  ])('%s: its attributes are written and read, and none is named as ignored', (formats, expected) => {
    useFormats(formats);
    const { MessageAttributes } = runInContext(trace.setSpanContext(ROOT_CONTEXT, ids), () =>
      carryContext({}),
    );
    expect(Object.keys(MessageAttributes ?? {}).sort()).toEqual(Object.keys(expected).sort());
    for (const attributes of [MessageAttributes ?? {}, expected]) {
      expect(trace.getSpanContext(extractFromMessage({ MessageAttributes: attributes }))).toMatchObject(ids);
      expect(receiveAttributes({ MessageAttributes: attributes })).not.toHaveProperty(
        'mesh.messaging.context_ignored',
      );
    }
  });

  it('none: nothing is read, AWSTraceHeader neither', () => {
    useFormats('none');
    for (const [, , message] of sources) expect(extractFromMessage(message)).toBe(ROOT_CONTEXT);
  });
});
