import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder for each kind, `edge` with the files of all kinds but `sqs`, and what the extras add. */
export const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

export const readTemplate = (...path: string[]): Promise<string> =>
  readFile(join(TEMPLATES, ...path), 'utf8');
