import { fileURLToPath } from 'node:url';

/** This checkout, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
