// What callers heard on their sockets: no event twice, and never one end after another.
import type { Asked } from '../request-log.ts';
import type { Violation } from '../violation.ts';

export function checkPushes(asked: readonly Asked[]): Violation[] {
  return asked.flatMap(({ taskId, heard }) => {
    const subject = `task ${taskId}`;
    const ids = heard.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    const ends = heard.filter(({ status }) => status !== 'running');
    // A worker that died right after it had told of an end tells of it again: a new event that says the same.
    const words = new Set(
      ends.map(({ status, result, costMicroUsd }) => `${status} ${costMicroUsd} ${result}`),
    );
    return [
      ...(twice.length > 0
        ? [{ promise: 'an event is pushed once', subject, seen: `twice: ${twice.join(', ')}` }]
        : []),
      ...(words.size > 1
        ? [{ promise: 'a task ends once', subject, seen: `told: ${[...words].join('; then ')}` }]
        : []),
    ];
  });
}
