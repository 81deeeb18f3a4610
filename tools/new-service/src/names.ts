// What a service may be called, and what its name becomes in code.
import { Refusal } from './refusal.ts';

/** The longest name, in characters: what fits into a host name, a queue's name and the console's picture. */
export const MAX_NAME_LENGTH = 32;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Words that a variable cannot be called, or that would mean something else in a scenario's file. */
const RESERVED = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally fire for from function if implements import in instanceof interface internal let link new null of ' +
    'package parent private protected public return scenario static super switch this throw true try type typeof ' +
    'undefined using var void while with yield client server consumer producer elsewhere'
  ).split(' '),
);

/** Why this cannot be a service's name, or undefined where it can. */
export function flawOf(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `it is longer than ${MAX_NAME_LENGTH} characters`;
  if (!NAME.test(name))
    return 'it must be lower-case letters and digits in parts joined by hyphens (price-list)';
  if (RESERVED.has(name)) return 'it means something in TypeScript or in a scenario: choose another';
  return undefined;
}

/** Refuses a name that is none, or that stands for something already; `taken` says for what. */
export function checkName(name: string, taken: ReadonlyMap<string, string>): void {
  const flaw = flawOf(name) ?? taken.get(name);
  if (flaw) throw new Refusal(`"${name}" cannot be the service's name: ${flaw}`);
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
