// What a child has to say to the person at the terminal, rather than to its log, goes back along the lifeline.
import { writeSync } from 'node:fs';

/** Has the launcher show a line. */
export function tellPerson(line: string): void {
  writeSync(3, `${line}\n`);
}
