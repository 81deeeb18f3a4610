// Hostile input from outside over every channel into a running mesh. Each input gets its documented answer, which reveals no
// internals, and no process dies. After each channel a normal task succeeds, and no log or span has a secret.
import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoInternals } from './assert-no-internals.ts';
import { assertNoSecrets } from './assert-no-secrets.ts';
import { channels } from './channels.ts';
import { normalTask } from './normal-task.ts';
import { stillAlive } from './still-alive.ts';

const MIN_INPUTS = 440;

describe.each(channels)('$name', ({ inputs, isSequential = false }) => {
  let began = 0;
  beforeAll(() => {
    began = Date.now();
  });

  (isSequential ? it : it.concurrent).each(inputs)(
    '$name gets its documented answer, and every process stays alive',
    async ({ send, answer }) => {
      const got = await send();
      expect(got).toMatchObject(answer);
      assertNoInternals(got.text);
      await stillAlive();
    },
  );

  it('a normal task succeeds afterwards, and no log or span has a secret or a claimed tenant', async () => {
    await normalTask();
    await assertNoSecrets(began);
  });
});

it(`the channels have at least ${MIN_INPUTS} inputs with unique names`, () => {
  const names = channels.flatMap(({ name, inputs }) => inputs.map((input) => `${name}: ${input.name}`));
  expect(names.length).toBeGreaterThanOrEqual(MIN_INPUTS);
  expect(new Set(names).size).toBe(names.length);
});
