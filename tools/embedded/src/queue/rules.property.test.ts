import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiptHandles } from './receipt-handles.ts';
import { attributesFault, delayFault } from './rules.ts';

const names = fc
  .stringMatching(/^[A-Za-z0-9_-]{1,20}(\.[A-Za-z0-9_-]{1,8})?$/)
  .filter((name) => !/^(aws|amazon)\./i.test(name));
const text = fc.record({
  DataType: fc.constantFrom('String', 'String.json'),
  StringValue: fc.string({ minLength: 1 }),
});
const number = fc.record({ DataType: fc.constant('Number'), StringValue: fc.integer().map(String) });
const binary = fc.record({ DataType: fc.constant('Binary'), BinaryValue: fc.base64String({ minLength: 4 }) });
const attributes = fc.dictionary(names, fc.oneof(text, number, binary), { maxKeys: 10 });

describe('any message attributes', () => {
  it('that AWS accepts are accepted', () => {
    fc.assert(fc.property(attributes, (given) => void expect(attributesFault(given)).toBeUndefined()));
  });

  it('are rejected for one invalid attribute, and the fault names it', () => {
    const flaws = fc.constantFrom(
      ['', { DataType: 'String', StringValue: 'x' }],
      ['a b', { DataType: 'String', StringValue: 'x' }],
      ['AWS.x', { DataType: 'String', StringValue: 'x' }],
      ['bad', { DataType: 'String', StringValue: '' }],
      ['bad', { DataType: 'Number', StringValue: 'seven' }],
      ['bad', { DataType: 'Text', StringValue: 'x' }],
      ['bad', {}],
      ['bad', null],
    ) as fc.Arbitrary<[string, Record<string, string> | null]>;
    fc.assert(
      fc.property(attributes, flaws, (given, [name, flaw]) => {
        const fault = attributesFault({ ...given, [name]: flaw });
        expect(fault?.code).toBe('InvalidParameterValue');
        const { [name]: _, ...others } = given;
        if (Object.keys(others).length < 10) expect(fault?.message).toContain(`'${name}'`);
      }),
    );
  });

  it('of any JSON shape are accepted or rejected without a thrown error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())), (given) => {
        const fault = attributesFault(given as Parameters<typeof attributesFault>[0]);
        if (fault) expect(fault.message).not.toBe('');
      }),
      {
        numRuns: 500,
        examples: [
          [{ a: { DataType: { toString: [] } } }],
          [{ a: { DataType: 'Number', StringValue: { toString: [] } } }],
        ],
      },
    );
  });
});

describe('any delay and any receipt handle', () => {
  it('is accepted from 0 to 900 s, and if it was issued', () => {
    const handles = new ReceiptHandles();
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.integer({ min: -10, max: 1_000 })),
        fc.string(),
        fc.string(),
        (delay, given, other) => {
          const isDelay = typeof delay === 'number' && delay >= 0 && delay <= 900;
          expect(delayFault(delay) === undefined).toBe(isDelay);
          handles.remember(given, 'message');
          expect(handles.fault(given)).toBeUndefined();
          expect(handles.fault(`${other}-never`)?.code).toBe('ReceiptHandleIsInvalid');
        },
      ),
      { examples: [[{ toString: 0 }, 'given', 'other']] },
    );
  });
});
