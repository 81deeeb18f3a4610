// Names and messages come from the traced programs.
import { stripVTControlCharacters } from 'node:util';

/** The text on one line, without anything that moves its reader's cursor. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
