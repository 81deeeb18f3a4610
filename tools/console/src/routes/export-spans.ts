// Forwards the page's spans unchanged: a browser cannot reach the trace store.
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { Problem } from '../problem.ts';

/** The timeout of the trace store, in ms. */
const EXPORT_TIMEOUT_MS = 5_000;

export const exportSpans =
  ({ endpoints }: Pick<Deps, 'endpoints'>): RequestHandler =>
  async (request, response) => {
    const answer = await fetch(`${endpoints.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': request.get('content-type') ?? 'application/json' },
      body: request.body as Buffer<ArrayBuffer>,
      signal: AbortSignal.timeout(EXPORT_TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new Problem(502, 'the trace store does not respond', { cause });
    });
    response.status(answer.status).type(answer.headers.get('content-type') ?? 'application/json');
    response.send(Buffer.from(await answer.arrayBuffer()));
  };
