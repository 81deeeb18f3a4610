// The checks themselves: each finds what it is there to find, and nothing in what is well.
import { describe, expect, it } from 'vitest';
import { checkLatency } from './measure.ts';
import { parseOptions, TASKS } from './options.ts';
import { type Asked, newAsked, noteEnd } from './request-log.ts';
import { checkDeadLetters } from './verify/queue.ts';
import { checkPushes, checkRefusals, checkTasks, type StoredTask } from './verify/tasks.ts';
import { stillBroken } from './violation.ts';

const TASK = 'a-task';
const done = { via: 'push', status: 'done', result: 'r', costMicroUsd: 7 } as const;

function requested(end: Asked['end'] = done): Asked {
  const asked = newAsked(TASK, 'acme', 'rest');
  if (end) noteEnd(asked, end);
  return asked;
}

function stored(change: Partial<StoredTask> = {}): Map<string, StoredTask> {
  const task = { taskId: TASK, status: 'done', result: 'r', costMicroUsd: 7, chargeId: TASK, traceId: null };
  return new Map([[TASK, { ...task, failureCode: undefined, ...change }]]);
}
const failed = { status: 'failed', result: null, costMicroUsd: null, failureCode: 'model_timeout' };
const promises = (breaches: { promise: string }[]) => breaches.map(({ promise }) => promise);

describe('the check of tasks', () => {
  it('accepts a task that ended as its caller was notified', () => {
    expect(checkTasks([requested()], stored(), [])).toEqual([]);
  });

  it.each([
    ['another result', stored({ result: 'other' })],
    ['another cost', stored({ costMicroUsd: 8 })],
    ['still running', stored({ status: 'running', result: null, costMicroUsd: null })],
  ])('finds a task that is stored otherwise: %s', (_, tasks) => {
    expect(promises(checkTasks([requested()], tasks, []))).toEqual([
      'a task ends as its caller was notified',
    ]);
  });

  it('finds a task that is not stored, and one that no caller requested', () => {
    expect(promises(checkTasks([requested()], new Map(), []))).toEqual(['an accepted task is stored']);
    expect(promises(checkTasks([], stored(), []))).toEqual(['no task is run that no caller requested']);
  });

  it('finds a caller without an answer', () => {
    const asked = newAsked(TASK, 'acme', 'mcp');
    expect(promises(checkTasks([asked], stored(), []))).toEqual([
      'a caller is notified of the end of its task',
    ]);
  });

  it('lets a task fail only for what the fault explains', () => {
    const asked = requested({ via: 'push', status: 'failed', result: null, costMicroUsd: null });
    expect(checkTasks([asked], stored(failed), ['model_timeout'])).toEqual([]);
    expect(checkTasks([asked], stored(failed), [])).toHaveLength(1);
  });

  it('finds an internal error among the refusals', () => {
    expect(checkRefusals([{ ...requested(), failures: ['503', 'ECONNREFUSED'] }])).toEqual([]);
    expect(checkRefusals([{ ...requested(), failures: ['503', '500'] }])).toHaveLength(1);
  });
});

describe('the check of pushes', () => {
  const event = { taskId: TASK, tenantId: 'acme', status: 'done', result: 'r', costMicroUsd: 7 } as const;
  const received = (...received: Asked['received']) => promises(checkPushes([{ ...requested(), received }]));

  it('accepts an end that is announced again as a new event', () => {
    expect(received({ ...event, eventId: '1-0' }, { ...event, eventId: '2-0' })).toEqual([]);
  });

  it('finds an event that came twice, and an end after another', () => {
    const first = { ...event, eventId: '1-0' };
    expect(received(first, first)).toEqual(['an event is pushed once']);
    expect(received(first, { ...event, status: 'failed', eventId: '2-0' })).toEqual(['a task ends once']);
  });
});

describe('the check of dead letters', () => {
  const letter = { body: `{"taskId":"${TASK}"}`, error: 'model_timeout' };

  it('wants one for each task that failed, with its error', () => {
    expect(checkDeadLetters([letter], stored(failed), undefined)).toEqual([]);
    expect(checkDeadLetters([], stored(failed), undefined)).toHaveLength(1);
    expect(checkDeadLetters([letter, letter], stored(failed), undefined)).toHaveLength(1);
    expect(checkDeadLetters([{ ...letter, error: undefined }], stored(failed), undefined)).toHaveLength(1);
  });

  it('wants the poison there, and nothing that has not failed', () => {
    expect(checkDeadLetters([{ body: 'poison', error: 'e' }], stored(), 'poison')).toEqual([]);
    expect(checkDeadLetters([], stored(), 'poison')).toHaveLength(1);
    expect(checkDeadLetters([letter], stored(), undefined)).toHaveLength(1);
  });
});

it('holds latency against that without a fault, and takes nothing measured for a breach', () => {
  const of = (ms: number) => ({ post: { p50: ms, p99: ms }, end: { p50: ms, p99: ms } });
  expect(checkLatency(of(15), of(10), 1.5)).toEqual([]);
  expect(checkLatency(of(16), of(10), 1.5)).toHaveLength(3);
  expect(checkLatency(of(Number.NaN), of(10), 1.5)).toHaveLength(3);
});

it('looks again until nothing is broken, and no longer than it may', async () => {
  const breach = { promise: 'p', subject: 's', seen: 'x' };
  let looks = 0;
  expect(await stillBroken(async () => (++looks < 3 ? [breach] : []), 10_000)).toEqual([]);
  expect(await stillBroken(async () => [breach], 0)).toEqual([breach]);
});

describe('the command line', () => {
  const parse = (...args: string[]) => parseOptions(args, ['kill worker', 'slow reader']);

  it('uses all faults and 300 tasks by default', () => {
    expect(parse()).toEqual({ tasks: TASKS, json: false, list: false });
    const chosen = parse('--fault', 'kill worker', '--fault', 'slow reader', '--tasks', '5', '--json');
    expect(chosen).toEqual({ fault: ['kill worker', 'slow reader'], tasks: 5, json: true, list: false });
  });

  it('ends with 2 for what it does not know', () => {
    expect(parse('--fault', 'earthquake')).toBe(2);
    expect(parse('--tasks', '501')).toBe(2);
    expect(parse('--tasks', 'many')).toBe(2);
  });
});
