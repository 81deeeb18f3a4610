import { type Baggage, baggageEntryMetadataFromString, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, baggageOctets, mangled, ows, tokens } from '../arbitraries.fixture.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { formatBaggage, MAX_BAGGAGE_BYTES, MAX_BAGGAGE_MEMBERS, parseBaggage } from './baggage.ts';
import { allowBaggage } from './baggage-allow-list.ts';

const EMPTY = propagation.createBaggage();
const MEMBER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const PROPERTY = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)?$/;

const entriesOf = (baggage: Baggage | undefined) =>
  Object.fromEntries(
    baggage?.getAllEntries().map(([key, { value, metadata }]) => [key, [value, metadata?.toString()]]) ?? [],
  );
const properties = fc.tuple(tokens, fc.option(baggageOctets, { nil: undefined }));
const anyBaggage = fc
  .array(fc.tuple(fc.oneof(tokens, anyText), anyText, fc.option(anyText), fc.constantFrom(0, 0, 0, 3_000)), {
    maxLength: 80,
  })
  .map((members) =>
    members.reduce(
      (baggage, [key, value, properties, filler]) =>
        baggage.setEntry(key, {
          value: value + 'é'.repeat(filler),
          ...(properties !== null && { metadata: baggageEntryMetadataFromString(properties) }),
        }),
      EMPTY,
    ),
  );

describe('any baggage', () => {
  it('arrives with the values that were set, lone surrogates replaced', () => {
    fc.assert(
      fc.property(fc.dictionary(tokens, anyText, { maxKeys: 20 }), (values) => {
        const entries = Object.entries(values).map(([key, value]) => [key, { value }] as const);
        const there = parseBaggage(formatBaggage(propagation.createBaggage(Object.fromEntries(entries))));
        const expected = Object.entries(values).map(([key, value]) => [
          key,
          [value.toWellFormed(), undefined],
        ]);
        expect(entriesOf(there)).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it('keeps the properties of a member, with any optional whitespace', () => {
    fc.assert(
      fc.property(
        tokens,
        baggageOctets,
        fc.array(properties, { maxLength: 4 }),
        ows,
        ows,
        (key, octets, given, a, b) => {
          const spaced = given.map(([name, value]) =>
            value === undefined ? name : `${name}${a}=${b}${value}`,
          );
          const plain = given.map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
          const header = `${a}${key}${b}=${a}${octets}${[...[''], ...spaced].join(`${b};${a}`)}${b}`;
          const [, metadata] = entriesOf(parseBaggage(header))[key] ?? [];
          expect(metadata ?? '').toBe(plain.join(';'));
        },
      ),
    );
  });

  it('is written within the limits, as valid members', () => {
    fc.assert(
      fc.property(anyBaggage, (baggage) => {
        const header = formatBaggage(baggage);
        expect(Buffer.byteLength(header)).toBeLessThanOrEqual(MAX_BAGGAGE_BYTES);
        const members = header === '' ? [] : header.split(',');
        expect(members.length).toBeLessThanOrEqual(MAX_BAGGAGE_MEMBERS);
        for (const [member, ...rest] of members.map((text) => text.split(';'))) {
          expect(member).toMatch(MEMBER);
          for (const property of rest) expect(property).toMatch(PROPERTY);
        }
      }),
    );
  });

  it('that is malformed loses members only, and is then written as it was read', () => {
    const headers = anyBaggage.map(formatBaggage);
    fc.assert(
      fc.property(fc.oneof(anyText, mangled(headers)), (header) => {
        const read = parseBaggage(header);
        expect(read?.getAllEntries().length).not.toBe(0);
        const written = formatBaggage(read ?? EMPTY);
        expect(written).toMatch(/^[\x21-\x7e]*$/);
        expect(formatBaggage(parseBaggage(written) ?? EMPTY)).toBe(written);
      }),
      { numRuns: 300 },
    );
  });

  it('from outside keeps exactly the listed keys', () => {
    fc.assert(
      fc.property(anyBaggage, fc.array(fc.oneof(tokens, anyText)), fc.nat(), (baggage, list, pick) => {
        const held = baggage.getAllEntries();
        const known = held.length > 0 ? [...list, held[pick % held.length]?.[0] ?? ''] : list;
        const once = allowBaggage(propagation.setBaggage(ROOT_CONTEXT, baggage), known);
        const kept = propagation.getBaggage(once)?.getAllEntries() ?? [];
        expect(kept).toEqual(held.filter(([key]) => known.includes(key)));
        expect(propagation.getBaggage(allowBaggage(once, known))?.getAllEntries() ?? []).toEqual(kept);
      }),
    );
  });

  it.each([',', ';', ' ', '=', '%', '%e2', 'a=1;', 'a=b,', 'a= ', '%F0%9F,'])(
    'takes time in proportion to its length: %j',
    (piece) => {
      const roundTrip = (text: string) => formatBaggage(parseBaggage(text) ?? EMPTY);
      expect(growthOf(roundTrip, (n) => `a=${piece.repeat(n)}"`)).toBeLessThan(MAX_GROWTH);
      expect(growthOf(roundTrip, (n) => piece.repeat(n))).toBeLessThan(MAX_GROWTH);
    },
  );
});
