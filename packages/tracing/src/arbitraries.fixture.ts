// What property tests draw from: what a peer may send, whole or broken, and what a context may hold.
import {
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { withMcpContext } from './context/mcp-context.ts';
import { EMPTY_TRACE_STATE } from './context/trace-state.ts';

const textOf = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i)).join('');
const without = (text: string, left: string) => [...text].filter((one) => !left.includes(one)).join('');
const ALPHANUMERIC = range(0x30, 0x39) + range(0x61, 0x7a);

export const hex = (length: number) => textOf('0123456789abcdef', length, length);
export const traceIds = hex(32).filter((id) => !/^0+$/.test(id));
export const spanIds = hex(16).filter((id) => !/^0+$/.test(id));
export const flags = fc.constantFrom('00', '01', '02', '03');
export const traceparents = fc.tuple(traceIds, spanIds, flags).map((parts) => ['00', ...parts].join('-'));

/** RFC 9110's token: names of baggage members, of their properties, of subprotocols. */
export const tokens = textOf(`${ALPHANUMERIC}${range(0x41, 0x5a)}!#$%&'*+-.^_\`|~`, 1, 12);
/** What a baggage value may hold on the wire. */
export const baggageOctets = textOf(without(range(0x21, 0x7e), '",;\\'), 0, 24);
/** Members of a tracestate, up to 512 characters each. */
export const stateMembers = fc.tuple(
  fc.tuple(textOf(ALPHANUMERIC, 1, 1), textOf(`${ALPHANUMERIC}_-*/@`, 0, 40)).map((parts) => parts.join('')),
  fc
    .tuple(textOf(without(range(0x20, 0x7e), ',='), 0, 200), textOf(without(range(0x21, 0x7e), ',='), 1, 1))
    .map((parts) => parts.join('')),
);
/** Ids of tenants, users and sessions that may travel. */
export const mcpIds = textOf(range(0x21, 0x7e), 1, 128);
/** Optional whitespace, as RFC 9110 has it. */
export const ows = textOf(' \t', 0, 3);

/** Names that JavaScript's objects have already, or that it asks them for. */
export const awkwardNames = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'toJSON',
    'hasOwnProperty',
    'then',
    'length',
  ],
);

/** Any code points. The unit 'binary' of fast-check means the same, but takes a second to build in each process. */
export const anyCodePoints = fc.string({
  unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)),
});

/** Any text at all: lone surrogates, control characters, header splitting, and names that mean something. */
export const anyText = fc.oneof(
  fc.string(),
  anyCodePoints,
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  awkwardNames,
  fc.constantFrom(
    '\r\nx-injected: 1',
    '\0',
    '%',
    '%ff',
    '%zz',
    '\ud800',
    ',,,',
    '="";',
    '{"a":',
    '[]',
    'null',
  ),
);

/** What `JSON.parse` may give, own keys such as `__proto__` and methods that are none included. */
export const anyJson: fc.Arbitrary<unknown> = fc
  .oneof(
    fc.json({ maxDepth: 3 }),
    fc
      .array(fc.tuple(awkwardNames, fc.json({ maxDepth: 1 })), { minLength: 1, maxLength: 3 })
      .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  )
  .map((text) => JSON.parse(text));

/** `valid` with a piece of any text put in, put over, or taken out, anywhere. */
export const mangled = (valid: fc.Arbitrary<string>) =>
  fc.tuple(valid, fc.nat(), fc.nat(4), anyText).map(([text, at, cut, put]) => {
    const from = text.length === 0 ? 0 : at % text.length;
    return text.slice(0, from) + put + text.slice(from + cut);
  });

const baggageEntries = fc.record(
  { value: anyText, metadata: anyText.map(baggageEntryMetadataFromString) },
  { requiredKeys: ['value'] },
);

/** A context that holds anything: a span that may be none, tracestate, baggage and an MCP context of any text. */
export const anyContext: fc.Arbitrary<Context> = fc
  .record({
    traceId: fc.oneof(traceIds, anyText),
    spanId: fc.oneof(spanIds, anyText),
    traceFlags: fc.nat(255),
    isRemote: fc.boolean(),
    state: fc.array(fc.oneof(stateMembers, fc.tuple(anyText, anyText)), { maxLength: 40 }),
    baggage: fc.dictionary(fc.oneof(tokens, anyText), baggageEntries, { maxKeys: 8 }),
    filler: fc.constantFrom(0, 100, 1_200, 3_000),
    mcp: fc.record(
      {
        tenantId: fc.oneof(mcpIds, anyText),
        userId: anyText,
        sessionId: fc.oneof(mcpIds, anyText),
        costLimitMicroUsd: fc.oneof(fc.nat(), fc.double()),
        costUsedMicroUsd: fc.oneof(fc.nat(), fc.double()),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ state, baggage, filler, mcp, ...span }) => {
    const traceState = state.reduce((members, [key, value]) => members.set(key, value), EMPTY_TRACE_STATE);
    const entries = Object.entries(baggage).map(
      ([key, { value, ...rest }]) => [key, { value: value + 'é'.repeat(filler), ...rest }] as const,
    );
    const held = propagation.createBaggage(
      Object.fromEntries(entries) as Parameters<typeof propagation.createBaggage>[0],
    );
    const ctx = trace.setSpanContext(withMcpContext(ROOT_CONTEXT, mcp), { ...span, traceState });
    return propagation.setBaggage(ctx, held);
  });

const fromGetter = () => {
  throw new Error('from the getter');
};
const readable = (properties: PropertyDescriptorMap) => Object.defineProperties(new Error('e'), properties);
const cycle = () => {
  const [first, second] = [new Error('first'), new Error('second')];
  first.cause = second;
  second.cause = first;
  return first;
};

/** Values that JavaScript lets a program throw, and that break what reads them carelessly. */
export const thrownValues = (): [name: string, value: unknown][] => [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'no stock'],
  ['a symbol', Symbol('no stock')],
  ['a function', () => 'no stock'],
  ['an object with a message', { message: 'no stock', code: 'E_STOCK' }],
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString is no function', { toString: 7 }],
  ['an AggregateError', new AggregateError([new Error('a'), null])],
  ['an AggregateError without errors', new AggregateError([])],
  ['a cycle of causes', cycle()],
  ['a frozen error', Object.freeze(new Error('frozen'))],
  ['an error with a message that is no text', readable({ message: { value: null } })],
  [
    'an error whose getters throw',
    readable(
      Object.fromEntries(
        ['name', 'message', 'stack', 'code', 'cause', 'status', 'metadata', 'severity'].map((key) => [
          key,
          { get: fromGetter, enumerable: true },
        ]),
      ),
    ),
  ],
  ['a proxy that throws', new Proxy({}, { get: fromGetter, has: fromGetter, ownKeys: fromGetter })],
];
