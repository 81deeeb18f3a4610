// Hostile input over every channel, from outside, into a running mesh. For each input: the answer that is documented, which
// tells nothing of the inside, and nobody dies of it. For each channel: work goes on, and nothing secret is written down.
import { beforeAll, describe, expect, it } from 'vitest';
import { tellsNothing } from './assert-no-internals.ts';
import { nothingSecret } from './assert-no-secrets.ts';
import { channels } from './channels.ts';
import { normalTask } from './normal-task.ts';
import { stillAlive } from './still-alive.ts';

/** How many inputs there are at least. */
const ENOUGH = 440;

describe.each(channels)('$name', ({ inputs, isSequential = false }) => {
  let began = 0;
  beforeAll(() => {
    began = Date.now();
  });

  (isSequential ? it : it.concurrent).each(inputs)('answers $name', async ({ send, answer }) => {
    const got = await send();
    expect(got).toMatchObject(answer);
    tellsNothing(got.text);
    await stillAlive();
  });

  it('goes on with its work, and has written down no secret and no tenant that somebody claimed', async () => {
    await normalTask();
    await nothingSecret(began);
  });
});

it(`has at least ${ENOUGH} inputs, each once`, () => {
  const names = channels.flatMap(({ name, inputs }) => inputs.map((input) => `${name}: ${input.name}`));
  expect(names.length).toBeGreaterThanOrEqual(ENOUGH);
  expect(new Set(names).size).toBe(names.length);
});
