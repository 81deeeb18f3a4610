// What callers received on their sockets: no event twice, and never one end after another.
import type { Asked } from '../request-log.ts';
import type { Violation } from '../violation.ts';

export function checkPushes(asked: readonly Asked[]): Violation[] {
  return asked.flatMap(({ taskId, received }) => {
    const subject = `task ${taskId}`;
    const ids = received.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    const ends = received.filter(({ status }) => status !== 'running');
    // A worker that died right after it had announced an end announces it again, as a new event with the same content.
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
