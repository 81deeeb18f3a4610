import { describe, expect, it } from 'vitest';
import { DecisionMemory, MAX_REMEMBERED_TRACES } from './decisions.ts';
import { parseSamplingRules, WISHES_PER_SECOND } from './rules.ts';

describe('OTEL_TRACES_SAMPLER_ARG', () => {
  it('has defaults: a ratio of 1 and a limit of sampled callers', () => {
    expect(parseSamplingRules()).toEqual({ ratio: 1, wishesPerSecond: WISHES_PER_SECOND, routes: [] });
    expect(parseSamplingRules('')).toEqual(parseSamplingRules());
  });

  it('accepts a bare ratio, as the SDK’s samplers do', () => {
    expect(parseSamplingRules('0.25').ratio).toBe(0.25);
  });

  it('accepts pairs, and routes by method and path or by span name', () => {
    expect(parseSamplingRules('ratio=0.1, wishes_per_second=5,POST /api/tasks=1,tools/call x=0.5')).toEqual({
      ratio: 0.1,
      wishesPerSecond: 5,
      routes: [
        { route: 'POST /api/tasks', ratio: 1 },
        { route: 'tools/call x', ratio: 0.5 },
      ],
    });
  });

  it.each([
    ['2', 'not a ratio'],
    ['ratio=-1', 'not a ratio'],
    ['ratio=', 'not key=value'],
    ['wishes_per_second=many', 'not a number'],
    ['speed=1', 'unknown key'],
    ['hello', 'not key=value'],
    ['GET /(=1', 'not a route'],
  ])('refuses %s by name', (arg, why) => {
    expect(() => parseSamplingRules(arg)).toThrow(new RegExp(`OTEL_TRACES_SAMPLER_ARG.*${why}`));
  });
});

it('the memory of decisions is bounded: the oldest is dropped', () => {
  const memory = new DecisionMemory();
  const decision = { sampled: true, rule: 'wish' };
  for (let i = 0; i <= MAX_REMEMBERED_TRACES; i++) memory.remember(String(i), decision);
  expect(memory.recall('0')).toBeUndefined();
  expect(memory.recall('1')).toMatchObject(decision);
});
