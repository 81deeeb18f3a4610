import { fileURLToPath } from 'node:url';

/** Absolute path of a file or folder in the checkout. */
export function inCheckout(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
