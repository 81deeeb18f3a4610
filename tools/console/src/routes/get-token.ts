// The page's token for the hub. In a deployment users log in and an authorization server issues it; the console, like
// the demo, has the key of that server. Only pages of this server get one (access/hosts.ts).
import { SCOPES } from '@trace-mesh/access/caller';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';

/** Responds with `{ token }`, which has every scope. */
export const getToken =
  ({ tokens }: Pick<Deps, 'tokens'>): RequestHandler =>
  (_request, response) => {
    response.set('cache-control', 'no-store').json({ token: tokens.token({ scopes: SCOPES }) });
  };
