// How callers were refused: what is out of reach is said to be, so that they know that asking again makes sense.
import type { Asked } from '../request-log.ts';
import type { Violation } from '../violation.ts';

export function checkRefusals(asked: readonly Asked[]): Violation[] {
  return asked
    .filter(({ failures }) => failures.includes('500'))
    .map(({ taskId, failures }) => ({
      promise: 'what is out of reach is answered 503, never as an internal error',
      subject: `task ${taskId}`,
      seen: failures.join(', '),
    }));
}
