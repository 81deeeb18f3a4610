import { UserError } from './user-error.ts';

/** `text` goes before the one place of `anchor`. */
export interface Insertion {
  anchor: string;
  text: string;
}

/** `source` with all insertions. Throws a `UserError` with file and anchor where an anchor is not there exactly once. */
export function insert(file: string, source: string, insertions: readonly Insertion[]): string {
  return insertions.reduce((changed, { anchor, text }) => {
    if (changed.split(anchor).length === 2) return changed.replace(anchor, () => text + anchor);
    throw new UserError(`${file} does not contain this exactly once: ${anchor.trim()} (nothing was written)`);
  }, source);
}
