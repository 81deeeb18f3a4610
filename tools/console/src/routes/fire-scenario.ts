import { injectContext } from '@trace-mesh/tracing/carrier';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { type PageFireAnswer, PageFireRequest } from '../messages.ts';

/** Turns the knobs, then fires in the context of the page's click. Answers as soon as the agent has been told. */
export const fireScenario =
  ({ firings, lab }: Pick<Deps, 'firings' | 'lab'>): RequestHandler =>
  async (request, response) => {
    const { knobs, ...wanted } = PageFireRequest.parse(request.body);
    const { missing: unheard } = await lab.setKnobs(knobs);
    const firingId = firings.fire({ ...wanted, carrier: injectContext('agent') });
    response.status(202).json({ firingId, unheard } satisfies PageFireAnswer);
  };
