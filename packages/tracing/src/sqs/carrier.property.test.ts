import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyContext, anyJson, anyText, awkwardNames, traceparents } from '../arbitraries.fixture.ts';
import { extractContext, injectContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import {
  carryContext,
  contextAttributes,
  injectIntoAttributes,
  MAX_ATTRIBUTES,
  type MessageAttributes,
} from './carrier.ts';
import { extractFromMessage } from './extract.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const userAttributes = fc
  .uniqueArray(fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), awkwardNames), { maxLength: MAX_ATTRIBUTES })
  .map((names): MessageAttributes => Object.fromEntries(names.map((name) => [name, text('user')])));
const bodies = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue())
  .filter((body) => !('trace' in body));

describe('a message with any context', () => {
  it('any context arrives whole, and body and attributes of the user do not change', () => {
    fc.assert(
      fc.property(anyContext, bodies, userAttributes, (ctx, body, attributes) => {
        const { MessageBody, MessageAttributes } = context.with(ctx, () => carryContext(body, attributes));
        expect(injectContext(extractFromMessage({ Body: MessageBody, MessageAttributes }))).toEqual(
          injectContext(ctx),
        );
        const { trace: _, ...rest } = JSON.parse(MessageBody);
        expect(rest).toEqual(JSON.parse(JSON.stringify(body)));
        expect(MessageAttributes).toMatchObject(attributes);
        expect(Object.keys(MessageAttributes ?? {}).length).toBeLessThanOrEqual(MAX_ATTRIBUTES);
      }),
      { numRuns: 300 },
    );
  });

  it('the attributes of any context are non-empty strings of visible characters', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        for (const [name, { DataType, StringValue }] of Object.entries(
          injectIntoAttributes(injectContext(ctx)),
        )) {
          expect(contextAttributes()).toContain(name);
          expect(DataType).toBe('String');
          expect(StringValue).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
    );
  });

  it('an attribute of the user with a name of the context stays, with the trace, unless it is a valid traceparent', () => {
    fc.assert(
      fc.property(
        anyContext,
        bodies,
        fc.constantFrom(...contextAttributes()),
        fc.oneof(anyText, traceparents),
        (ctx, body, name, value) => {
          const own = { [name]: text(value) };
          const { MessageBody: Body, ...sent } = context.with(ctx, () => carryContext(body, own));
          const sender = trace.getSpanContext(ctx);
          const isStale = trace.getSpanContext(extractFromMessage({ MessageAttributes: own })) !== undefined;
          if (!isStale) expect(sent.MessageAttributes).toMatchObject(own);
          if (sender && isSpanContextValid(sender))
            expect(trace.getSpanContext(extractFromMessage({ Body, ...sent }))?.spanId).toBe(sender.spanId);
        },
      ),
    );
  });
});

describe('any received message', () => {
  const values = fc.oneof(
    traceparents,
    anyText,
    anyContext.map((ctx) => new URLSearchParams(injectContext(ctx)).toString()),
  );
  const attributes = fc.dictionary(fc.constantFrom(...contextAttributes()), values.map(text));
  const Body = fc.oneof(
    anyText,
    anyJson.map((json) => JSON.stringify(json)),
    anyJson.map((trace) => JSON.stringify({ trace })),
  );

  it('any received message is read without an error, and no trace is read from its MCP attribute', () => {
    fc.assert(
      fc.property(attributes, Body, (MessageAttributes, Body) => {
        const ctx = extractFromMessage({ MessageAttributes, Body });
        const { 'x-mcp-context': _, ...w3c } = MessageAttributes;
        const carrier = Object.fromEntries(
          Object.entries(w3c).map(([name, value]) => [name, value.StringValue]),
        );
        const named = trace.getSpanContext(extractContext(carrier));
        if (named) expect(trace.getSpanContext(ctx)).toEqual(named);
        else expect(trace.getSpanContext(ctx)).toEqual(trace.getSpanContext(extractFromMessage({ Body })));
      }),
      { numRuns: 500 },
    );
  });

  it('the trace in the body is read only where the attributes name none', () => {
    fc.assert(
      fc.property(traceparents, fc.option(fc.oneof(traceparents, anyText)), (inBody, inAttributes) => {
        const Body = JSON.stringify({ trace: { traceparent: inBody } });
        const MessageAttributes = inAttributes === null ? {} : { traceparent: text(inAttributes) };
        const { traceparent } = injectContext(extractFromMessage({ Body, MessageAttributes }));
        expect(traceparent).toBe(
          injectContext(extractContext({ traceparent: inAttributes })).traceparent ?? inBody,
        );
      }),
    );
  });
});
