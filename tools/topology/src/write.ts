import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawn, MADE_FOLDER } from './drawn.ts';
import { services } from './services.ts';

/** The path of a file of this checkout. */
export const inCheckout = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Writes the files of this checkout that are made from the rows. Returns their paths from its root. */
export function writeDrawn(): string[] {
  const files = drawn(services, (path) => readFileSync(inCheckout(path), 'utf8'));
  // Without those of a row that is gone.
  rmSync(inCheckout(MADE_FOLDER), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(inCheckout(path)), { recursive: true });
    writeFileSync(inCheckout(path), text);
  }
  return [...files.keys()];
}
