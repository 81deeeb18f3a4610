// Makes names and messages of traced programs safe to print.
import { stripVTControlCharacters } from 'node:util';

/** The text on one line, without control sequences. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
