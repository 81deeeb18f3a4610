import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BedrockError } from './errors.ts';
import { parseRequest } from './exchange.ts';
import { MAX_SLOW_MS, Markers } from './markers.ts';

const plain = fc.string().filter((text) => !text.includes('[['));

describe('any prompt', () => {
  it('with markers fails its calls in the order of the markers, and then succeeds', () => {
    fc.assert(
      fc.property(
        plain,
        plain,
        fc.nat(3),
        fc.nat(3),
        fc.nat(200_000),
        (before, after, throttle, fail, slow) => {
          const body = `${before} [[throttle:${throttle}]] [[fail:${fail}]] [[slow:${slow}]] ${after}`;
          const markers = new Markers();
          const refusals = Array.from({ length: throttle + fail + 2 }, () => markers.of(body));
          expect(refusals.map(({ refuse }) => refuse)).toEqual([
            ...Array(throttle).fill('ThrottlingException'),
            ...Array(fail).fill('InternalServerException'),
            undefined,
            undefined,
          ]);
          for (const { slowMs } of refusals) expect(slowMs).toBe(Math.min(slow, MAX_SLOW_MS));
        },
      ),
    );
  });

  it('with [[broken:ID]] fails until its ID is fixed', () => {
    const id = fc.stringMatching(/^[\w-]{1,64}$/);
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one !== other);
        const markers = new Markers();
        markers.fix(other);
        expect(markers.of(`[[broken:${one}]]`).refuse).toBe('InternalServerException');
        markers.fix(one);
        expect(markers.of(`[[broken:${one}]]`).refuse).toBeUndefined();
      }),
    );
  });

  it('without a whole marker is answered without delay', () => {
    const pieces = fc.constantFrom('[[', ']]', 'throttle', 'fail', 'slow', ':', 'x', '-1', ' ', 'broken');
    fc.assert(
      fc.property(
        fc.oneof(
          plain,
          fc
            .array(pieces)
            .map((parts) => parts.join(''))
            .filter((text) => !text.includes('[[broken:')),
        ),
        (body) => {
          expect(new Markers().of(body)).toEqual({ slowMs: 0 });
        },
      ),
    );
  });
});

describe('any request body', () => {
  const Schema = z.object({ max_tokens: z.int().min(1) });

  it('is parsed, or refused with a BedrockError', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ max_tokens: fc.jsonValue() }).map((json) => JSON.stringify(json)),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          expect(Number.isInteger(parseRequest(Schema, body).max_tokens)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BedrockError);
        }
      }),
    );
  });
});
