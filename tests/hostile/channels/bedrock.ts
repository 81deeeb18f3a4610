// Malformed model answers: the task fails with an error that quotes nothing of them, or keeps the readable part as its result.
// An unreadable answer is not charged.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { newAttacker } from '../attacker.ts';
import { endOf } from '../far-side.ts';
import { type Channel, type HostileInput, SECRET } from '../input.ts';
import { postTask } from '../rest-call.ts';

type Mode = 'converse' | 'stream' | 'invoke';

async function taskAnswered(kind: string, mode: Mode) {
  const attacker = newAttacker();
  const taskId = randomUUID();
  const prompt = `[[answer:${kind}]] ${SECRET} ${taskId}`;
  await postTask(JSON.stringify({ taskId, prompt, mode }), ['Content-Type: application/json'], attacker);
  const { failure, ...task } = await endOf(taskId, attacker);
  return { ...task, failure, text: JSON.stringify({ failure, error: task.error }) };
}

const answered = (kind: string, mode: Mode, answer: Record<string, unknown>): HostileInput => ({
  name: `${kind} (${mode})`,
  send: () => taskAnswered(kind, mode),
  answer,
});

const failed = {
  status: 'failed',
  result: null,
  costMicroUsd: null,
  error: expect.stringMatching(
    /^the task failed 3 times: (something went wrong in the worker|the model (could not answer|took too long))$/,
  ),
};
const done = (result: string) => ({ status: 'done', result, error: null, costMicroUsd: expect.any(Number) });

const ALL: Mode[] = ['converse', 'stream', 'invoke'];
const inAllModes = (kind: string, answer: Record<string, unknown>) =>
  ALL.map((mode) => answered(kind, mode, answer));

export const bedrock: Channel = {
  name: 'answers of the model',
  inputs: [
    ...inAllModes('malformed', failed),
    ...inAllModes('html', failed),
    ...inAllModes('empty', failed),
    answered('null', 'converse', failed),
    answered('null', 'invoke', failed),
    answered('list', 'converse', failed),
    answered('list', 'invoke', failed),
    answered('number', 'invoke', failed),
    ...inAllModes('no-text', failed),
    ...inAllModes('no-usage', failed),
    ...inAllModes('tokens-text', failed),
    ...inAllModes('tokens-negative', failed),
    ...inAllModes('tokens-fraction', failed),
    ...inAllModes('tokens-most', failed),
    ...inAllModes('nul', done('before\ufffdafter')),
    ...inAllModes('half-character', done('before\ufffdafter')),
    ...inAllModes('endless', failed),
    answered('reset', 'converse', failed),
    answered('reset-half-way', 'converse', failed),
    answered('cut', 'stream', failed),
    answered('noise', 'stream', failed),
    answered('wrong-checksum', 'stream', failed),
  ],
};
