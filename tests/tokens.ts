// Tokens that the tests' mesh takes: it runs from this checkout, and so do its keys, made here where no mesh has been yet.
import { fileURLToPath } from 'node:url';
import { ensureKeys } from '@trace-mesh/access/keys';
import { openTokens } from '@trace-mesh/scenarios/tokens';

export const KEYS_DIR = fileURLToPath(new URL('../.mesh/keys', import.meta.url));

ensureKeys(KEYS_DIR);
export const tokens = openTokens(KEYS_DIR);
