import { afterEach, expect, it } from 'vitest';
import { NO_KNOBS } from './knobs.ts';
import { setKnobs } from './state.ts';
import { received, sampled } from './switches.ts';

afterEach(() => setKnobs(NO_KNOBS));

const drop = (knob: string) => setKnobs({ ...NO_KNOBS, drop: [knob] });
const unsampled = { sampled: false, rule: 'parent' };
const never = () => () => unsampled;

it('while one sampler ignores its parent, the others keep the traces that it dropped', () => {
  drop('rest-api:sampler');
  expect(sampled({ parent: {} }, unsampled, never)).toEqual({ sampled: true, rule: 'ratio' });
});

it('while one sampler ignores its parent, a trace that begins elsewhere is decided as always', () => {
  drop('rest-api:sampler');
  expect(sampled({}, unsampled, never)).toBe(unsampled);
});

it('without that fault the parent decides', () => {
  drop('rest-api:sqs');
  expect(sampled({ parent: {} }, unsampled, never)).toBe(unsampled);
});

it('a fault of the worker takes no attributes from messages of other processes', () => {
  drop('worker:sqs-receive');
  const messages = [{ MessageAttributes: { traceparent: {} } }];
  expect(received(messages)).toEqual([{ MessageAttributes: { traceparent: {} } }]);
});
