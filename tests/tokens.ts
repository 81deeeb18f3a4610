// Tokens that the tests' mesh takes: it runs from this checkout, and so do its keys, made here where no mesh has been yet.
import { CHECKOUT_KEYS, ensureKeys } from '@trace-mesh/access/keys';
import { openTokens } from '@trace-mesh/scenarios/tokens';

ensureKeys(CHECKOUT_KEYS);
export const tokens = openTokens(CHECKOUT_KEYS);
