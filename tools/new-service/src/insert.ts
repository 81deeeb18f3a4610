// Text put into a file of the checkout beside a line that must be there, once: what cannot be placed is refused before
// anything is written.
import MagicString from 'magic-string';
import { Refusal } from './refusal.ts';

/** Where a file is changed: `text` goes before or after the one place where `anchor` stands. */
export interface Insertion {
  anchor: string;
  where: 'before' | 'after';
  text: string;
}

/** `source` with all of the insertions. Throws a `Refusal` that names file and anchor where one is not there exactly once. */
export function insert(file: string, source: string, insertions: readonly Insertion[]): string {
  const changed = new MagicString(source);
  for (const { anchor, where, text } of insertions) {
    const parts = source.split(anchor);
    if (parts.length !== 2) {
      throw new Refusal(
        `${file} does not hold this exactly once, so that nothing was changed: ${anchor.trim()}`,
      );
    }
    const start = parts[0]?.length ?? 0;
    changed.appendLeft(where === 'before' ? start : start + anchor.length, text);
  }
  return changed.toString();
}
