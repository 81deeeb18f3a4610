// Which names a service may have, and how a name is written in code.
import { UserError } from './user-error.ts';

/** The longest name, in characters: fits a host name, a queue name and the console's diagram. */
export const MAX_NAME_LENGTH = 32;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Not usable as a variable, or already defined in the file of a scenario. */
const RESERVED = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally fire for from function if implements import in instanceof interface internal let link new null of ' +
    'package parent private protected public return scenario static super switch this throw true try type typeof ' +
    'undefined using var void while with yield client server consumer producer inOtherTrace'
  ).split(' '),
);

/** Why this name is invalid; undefined for a valid one. */
export function nameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `it is longer than ${MAX_NAME_LENGTH} characters`;
  if (!NAME.test(name)) return 'use lower-case letters and digits in parts joined by hyphens (price-list)';
  if (RESERVED.has(name)) return 'it is a reserved word (choose another)';
  return undefined;
}

/** Throws a `UserError` for an invalid name, and for one in `taken` (name to reason). */
export function checkName(name: string, taken: ReadonlyMap<string, string>): void {
  const problem = nameProblem(name) ?? taken.get(name);
  if (problem) throw new UserError(`service name "${name}": ${problem}`);
}

/** `price-list` → `PriceList`. */
export const pascal = (name: string): string => name.split('-').map(capital).join('');

/** `price-list` → `priceList`. */
export const camel = (name: string): string => {
  const [first = '', ...rest] = name.split('-');
  return first + rest.map(capital).join('');
};

/** `price-list` → `PRICE_LIST`. */
export const constant = (name: string): string => name.toUpperCase().replaceAll('-', '_');

const capital = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1);
