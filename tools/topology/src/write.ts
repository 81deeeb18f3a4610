import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawn } from './drawn.ts';
import { services } from './services.ts';

/** The path of a file of this checkout. */
export const inCheckout = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Writes the files of this checkout that are made from the rows. Returns their paths from its root. */
export function writeDrawn(): string[] {
  const files = drawn(services, (path) => readFileSync(inCheckout(path), 'utf8'));
  for (const [path, text] of files) writeFileSync(inCheckout(path), text);
  return [...files.keys()];
}
