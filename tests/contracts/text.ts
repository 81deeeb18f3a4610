import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { asyncApi } from './asyncapi.ts';

/** The committed document. */
export const ASYNCAPI = fileURLToPath(new URL('../../docs/asyncapi.yaml', import.meta.url));

/** Its text. */
export const asyncApiText = (): string =>
  `# Made by \`npm run contracts\`.\n${stringify(asyncApi, { aliasDuplicateObjects: false, lineWidth: 120 })}`;
