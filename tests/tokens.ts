// Tokens that the tests' mesh takes: it runs from this checkout, and so do its keys.
import { fileURLToPath } from 'node:url';
import { openTokens } from '@trace-mesh/scenarios/tokens';

export const KEYS_DIR = fileURLToPath(new URL('../.mesh/keys', import.meta.url));

export const tokens = openTokens(KEYS_DIR);
