// Inserts text beside an anchor that a file contains exactly once; a missing anchor is an error before anything is written.
import MagicString from 'magic-string';
import { UserError } from '../user-error.ts';

/** `text` goes before or after the one place of `anchor`. */
export interface Insertion {
  anchor: string;
  where: 'before' | 'after';
  text: string;
}

/** `source` with all insertions. Throws a `UserError` with file and anchor where an anchor is not there exactly once. */
export function insert(file: string, source: string, insertions: readonly Insertion[]): string {
  const changed = new MagicString(source);
  for (const { anchor, where, text } of insertions) {
    const parts = source.split(anchor);
    if (parts.length !== 2) {
      throw new UserError(
        `${file} does not contain this exactly once: ${anchor.trim()} (nothing was written)`,
      );
    }
    const start = parts[0]?.length ?? 0;
    changed.appendLeft(where === 'before' ? start : start + anchor.length, text);
  }
  return changed.toString();
}
