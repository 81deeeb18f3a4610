import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BedrockError } from './errors.ts';
import { MAX_SLOW_MS, Markers } from './markers.ts';
import { parseRequest } from './operations/parse-request.ts';

const plain = fc.string().filter((text) => !text.includes('[['));

describe('any prompt', () => {
  it('ends its calls in the order that its markers say, and then is answered for ever', () => {
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

  it('is broken until it is fixed, and only it', () => {
    const id = fc.stringMatching(/^[\w-]{1,64}$/);
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one !== other);
        const markers = new Markers();
        markers.mend(other);
        expect(markers.of(`[[broken:${one}]]`).refuse).toBe('InternalServerException');
        markers.mend(one);
        expect(markers.of(`[[broken:${one}]]`).refuse).toBeUndefined();
      }),
    );
  });

  it('without a whole marker is answered at once', () => {
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

  it('is parsed, or refused as AWS refuses it', () => {
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
