import { defaultTextMapGetter, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, mangled } from '../arbitraries.fixture.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { registerTrustCheck } from './callers.ts';
import { callerTrust, isForced, rootWithSamplingRequest, SamplingRequestPropagator } from './request.ts';
import { parseSamplingRules, routeMatcher, type SamplingRules, WISHES_PER_SECOND } from './rules.ts';

const ratios = fc.double({ min: 0, max: 1, noNaN: true }).map((n) => n + 0);
const routes = fc.record({
  route: fc.stringMatching(/^(GET|POST) \/[a-z]{1,8}(\/:id)?$|^tools\/call [a-z_]{1,8}$/),
  ratio: ratios,
});
const rules: fc.Arbitrary<SamplingRules> = fc.record({
  ratio: ratios,
  wishesPerSecond: fc.nat(),
  routes: fc.array(routes, { maxLength: 3 }),
});
const written = ({ ratio, wishesPerSecond, routes }: SamplingRules) =>
  [
    `ratio=${ratio}`,
    `wishes_per_second=${wishesPerSecond}`,
    ...routes.map(({ route, ratio }) => `${route}=${ratio}`),
  ].join(' , ');

function parse(arg: string): SamplingRules | Error {
  try {
    return parseSamplingRules(arg);
  } catch (error) {
    return error as Error;
  }
}

describe('any sampling rules', () => {
  it('are read as they were written', () => {
    fc.assert(fc.property(rules, (given) => void expect(parseSamplingRules(written(given))).toEqual(given)));
  });

  it('that are malformed are refused with the name of the variable', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, mangled(rules.map(written))), (arg) => {
        const parsed = parse(arg);
        if (parsed instanceof Error) {
          return void expect(parsed.message).toMatch(
            /^OTEL_TRACES_SAMPLER_ARG: ".*" (is not|has an unknown) /s,
          );
        }
        for (const { ratio } of [parsed, ...parsed.routes]) expect(ratio >= 0 && ratio <= 1).toBe(true);
        expect(parsed.wishesPerSecond).toBeGreaterThanOrEqual(0);
        expect(parsed.wishesPerSecond).toBeLessThan(Number.POSITIVE_INFINITY);
        for (const { route } of parsed.routes) routeMatcher(route);
      }),
      { numRuns: 500 },
    );
  });

  it('that are empty are the defaults', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(' ', ',', '\t')), (parts) => {
        expect(parseSamplingRules(parts.join(''))).toEqual({
          ratio: 1,
          wishesPerSecond: WISHES_PER_SECOND,
          routes: [],
        });
      }),
    );
  });

  it('match spans of any name, method and path without an error', () => {
    fc.assert(
      fc.property(
        routes,
        anyText,
        fc.anything(),
        fc.oneof(anyText, fc.anything()),
        ({ route }, name, method, path) => {
          expect(typeof routeMatcher(route)(name, method, path)).toBe('boolean');
          const isHttp = /^[A-Z]+ /.test(route);
          expect(routeMatcher(route)(route, undefined, undefined)).toBe(!isHttp);
          if (isHttp) expect(routeMatcher(route)(name, ...(route.split(' ') as [string, string]))).toBe(true);
        },
      ),
    );
  });

  it.each([',', '=', ' ', '1', '1,', 'ratio=1,'])('take time in proportion to their length: %j', (piece) => {
    expect(growthOf(parse, (n) => `${piece.repeat(n)}!`)).toBeLessThan(MAX_GROWTH);
  });
});

describe('any X-B3-Sampled header', () => {
  const propagator = new SamplingRequestPropagator();

  it('forces sampling as 1 only, for an authorised caller only', () => {
    const asked: unknown[] = [];
    registerTrustCheck((authorization) => {
      asked.push(authorization);
      return { inside: false, mayForceSampling: authorization === 'Bearer may' };
    });
    const texts = fc.oneof(fc.constantFrom('1', '01', ' 1', '1.0', '+1', 'true'), anyText);
    const values = fc.option(fc.oneof(texts, fc.array(texts)), { nil: undefined });
    const bearers = fc.oneof(fc.constant('Bearer may'), values);
    fc.assert(
      fc.property(values, bearers, (wish, authorization) => {
        const carrier = {
          ...(wish !== undefined && { 'x-b3-sampled': wish }),
          ...(authorization !== undefined && { authorization }),
        };
        const ctx = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
        const credentials = [authorization].flat()[0];
        const expected = [wish].flat()[0] === '1' && credentials === 'Bearer may';
        for (const same of [ctx, rootWithSamplingRequest(ctx)]) {
          expect(isForced(same)).toBe(expected);
          callerTrust(same);
          expect(asked.at(-1)).toBe(credentials);
        }
      }),
    );
  });
});
