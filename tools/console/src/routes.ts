// What the console serves: its page, the page's session and token, firings with their events, and a way out for the page's spans.
import { SCOPES } from '@trace-mesh/access/caller';
import { DROPS } from '@trace-mesh/faults/faults';
import { PLACES } from '@trace-mesh/faults/knobs';
import { MAX_SEED, MYSTERY_CAUSES, MYSTERY_ROWS } from '@trace-mesh/faults/mystery';
import { groups } from '@trace-mesh/scenarios/catalog';
import { DEFAULT_PROMPT } from '@trace-mesh/scenarios/fire';
import { CAUSES } from '@trace-mesh/trace-doctor/causes';
import { injectContext } from '@trace-mesh/tracing/carrier';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Deps } from './deps.ts';
import {
  type Choice,
  MysteryGuess,
  MysteryRequest,
  type PageFireAnswer,
  PageFireRequest,
  type PageSession,
} from './messages.ts';
import { Problem } from './problem.ts';

/** The page. Its policy allows connections to this server and to the hub only. */
export function getPage({ page, hubUrl }: Deps): RequestHandler {
  const policy = `default-src 'self'; connect-src 'self' ${new URL(hubUrl).origin}; img-src 'self' data:; frame-ancestors 'none'`;
  const router = Router();
  for (const [path, { type, body }] of Object.entries(page)) {
    router.get(path, (_request, response) => {
      response.set({ 'content-security-policy': policy, 'cache-control': 'no-cache' }).type(type).send(body);
    });
  }
  return router;
}

const choices = (table: Record<string, string>): Choice[] =>
  Object.entries(table).map(([name, title]) => ({ name, title }));

/** Responds with the scenarios and the knobs. */
export function getSession({ hubUrl, endpoints, lab }: Deps): RequestHandler {
  const session = {
    groups: groups.map(({ title, scenarios }) => ({
      title,
      scenarios: scenarios.map(({ edges: _, fire: __, makesTask = false, ...shown }) => ({
        ...shown,
        makesTask,
      })),
    })),
    prompt: DEFAULT_PROMPT,
    hubUrl,
    viewer: endpoints.viewer,
    places: choices(PLACES),
    drops: choices(DROPS),
    mystery: {
      rows: MYSTERY_ROWS,
      causes: MYSTERY_CAUSES.map((name) => ({ name, title: CAUSES[name].what })),
      maxSeed: MAX_SEED,
    },
  };
  return (_request, response) => {
    const hasKnobs = lab.services().some((service) => service !== 'agent');
    response.json({ ...session, hasKnobs } satisfies PageSession);
  };
}

/**
 * Responds with `{ token }` for the hub, which has every scope. In a deployment users log in and an authorization server issues
 * it; the console, like the demo, has the key of that server. Only pages of this server get one (access/hosts.ts).
 */
export const getToken =
  ({ tokens }: Deps): RequestHandler =>
  (_request, response) => {
    response.set('cache-control', 'no-store').json({ token: tokens.token({ scopes: SCOPES }) });
  };

/** Sets the knobs, then fires in the context of the page's click. Responds without waiting for the result. */
export const fireScenario =
  ({ firings, lab }: Deps): RequestHandler =>
  async (request, response) => {
    const { knobs, ...firing } = PageFireRequest.parse(request.body);
    const { missing } = await lab.setKnobs(knobs);
    const firingId = firings.fire({ ...firing, carrier: injectContext('agent') });
    response.status(202).json({ firingId, missing } satisfies PageFireAnswer);
  };

const LastEventId = z.coerce.number().int().min(0).catch(0);

/** A firing as server-sent events, to its last. A browser that reconnects continues after the event in `Last-Event-ID`. */
export const watchFiring =
  ({ firings }: Deps): RequestHandler<{ firingId: string }> =>
  async (request, response) => {
    let id = LastEventId.parse(request.get('last-event-id'));
    const events = firings.watch(request.params.firingId, id);
    if (!events) throw new Problem(404, 'unknown firing');
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    for await (const event of events) {
      if (response.closed) return;
      id += 1;
      response.write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end('event: over\ndata:\n\n');
  };

/** Fires the break of a seed, and responds when its trace has arrived, with what the player may see. */
export const startMystery =
  ({ mysteries }: Deps): RequestHandler =>
  async (request, response) => {
    response.status(201).json(await mysteries.start(MysteryRequest.parse(request.body).seed));
  };

/** Judges an answer, or gives the solution without one. */
export const judgeGuess =
  ({ mysteries }: Deps): RequestHandler<{ traceId: string }> =>
  (request, response) => {
    response.json(mysteries.judge(request.params.traceId, MysteryGuess.parse(request.body)));
  };

/** The timeout of the trace store, in ms. */
const EXPORT_TIMEOUT_MS = 5_000;

/** Forwards the page's spans unchanged: a browser cannot reach the trace store. */
export const exportSpans =
  ({ endpoints }: Deps): RequestHandler =>
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
