// Tokens for the tests' mesh. It uses this checkout's keys, created here if no mesh has run yet.
import { CHECKOUT_KEYS, ensureKeys } from '@trace-mesh/access/keys';
import { openTokens } from '@trace-mesh/scenarios/tokens';

ensureKeys(CHECKOUT_KEYS);
export const tokens = openTokens(CHECKOUT_KEYS);
