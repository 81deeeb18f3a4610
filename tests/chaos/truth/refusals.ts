// How callers were refused: what is out of reach is said to be, so that they know that asking again makes sense.
import type { Asked } from '../asked.ts';
import type { Breach } from '../breach.ts';

export function checkRefusals(asked: readonly Asked[]): Breach[] {
  return asked
    .filter(({ failures }) => failures.includes('500'))
    .map(({ taskId, failures }) => ({
      promise: 'what is out of reach is answered 503, never as an internal error',
      subject: `task ${taskId}`,
      seen: failures.join(', '),
    }));
}
