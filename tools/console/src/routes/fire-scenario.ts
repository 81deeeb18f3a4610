import { injectContext } from '@trace-mesh/tracing/carrier';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { type PageFireAnswer, PageFireRequest } from '../messages.ts';

/** Sets the knobs, then fires in the context of the page's click. Responds without waiting for the result. */
export const fireScenario =
  ({ firings, lab }: Pick<Deps, 'firings' | 'lab'>): RequestHandler =>
  async (request, response) => {
    const { knobs, ...firing } = PageFireRequest.parse(request.body);
    const { missing } = await lab.setKnobs(knobs);
    const firingId = firings.fire({ ...firing, carrier: injectContext('agent') });
    response.status(202).json({ firingId, missing } satisfies PageFireAnswer);
  };
