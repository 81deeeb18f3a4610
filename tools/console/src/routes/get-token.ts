// The page's token for the hub. In a deployment people log in and an authorization server issues it; the console, like the
// demo, has that server's key and plays its part. Only a page that this very server has sent may ask (access/hosts.ts).
import { SCOPES } from '@trace-mesh/access/caller';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';

/** Answers `{ token }`, which is good for the hub and lets its bearer force sampling. */
export const getToken =
  ({ tokens }: Pick<Deps, 'tokens'>): RequestHandler =>
  (_request, response) => {
    response.set('cache-control', 'no-store').json({ token: tokens.token({ scopes: SCOPES }) });
  };
