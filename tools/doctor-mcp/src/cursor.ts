// Cursors: where a page ends, bound to the call that made it.
import { createHash } from 'node:crypto';
import { InputError } from './input-error.ts';

const FORM = /^([0-9a-f]{8})\.([\w:.-]+)$/;

/** Identifies a call: the same tool with the same arguments, in any order. */
export function callKey(tool: string, args: Record<string, unknown>): string {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const inOrder = JSON.stringify([tool, given.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256').update(inOrder).digest('hex').slice(0, 8);
}

/** The cursor of a place in the answer to a call. */
export const cursorFor = (call: string, place: string): string => `${call}.${place}`;

/**
 * The place that a cursor names; undefined without a cursor.
 * @throws InputError if it is not a cursor, or that of another call
 */
export function placeOf(cursor: string | undefined, call: string): string | undefined {
  if (cursor === undefined) return undefined;
  const [, madeBy, place] = FORM.exec(cursor) ?? [];
  if (place === undefined)
    throw new InputError(
      'cursor: not a cursor (pass the nextCursor of an answer, or none for the first page)',
    );
  if (madeBy === call) return place;
  throw new InputError('cursor: it belongs to other arguments (repeat those of the call that returned it)');
}
