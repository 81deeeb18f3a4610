// Runs in a process of the mesh after the SDK has started, before the first line of its program.
import { openConnection } from './connection.ts';
import { breakErrors, breakSpans } from './spans.ts';

/** Resolves when the faults, and the first knobs of a lab at `labUrl`, are in force. */
export async function start(labUrl: string | undefined): Promise<void> {
  breakSpans();
  await breakErrors();
  if (labUrl) await openConnection(labUrl);
}
