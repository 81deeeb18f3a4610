// The console's application: the page and its requests. main.ts and tests listen.

import { context } from '@opentelemetry/api';
import { checkHosts } from '@trace-mesh/access/hosts';
import { DOCTOR_PATH } from '@trace-mesh/trace-doctor/answers/own-calls';
import { traceResponses } from '@trace-mesh/tracing/http';
import { admitContext, UNTRUSTED } from '@trace-mesh/tracing/trust';
import express, { type Express } from 'express';
import type { Deps } from './deps.ts';
import { notFound, problems } from './problem.ts';
import {
  exportSpans,
  fireScenario,
  getPage,
  getSession,
  getToken,
  judgeGuess,
  startMystery,
  watchFiring,
} from './routes.ts';

/** The largest request body, in express's notation: the page's spans, or a prompt. */
export const MAX_BODY = '1mb';

/**
 * Builds the application. Every response but the page's files and MCP's streams is JSON; failures are problem details (see
 * problem.ts), but those of MCP.
 */
export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.use((request, _response, next) => {
    checkHosts(request.headers, deps.allowedHosts);
    // A page is untrusted: its trace is continued, and only the allowed baggage is kept.
    context.with(admitContext(context.active(), UNTRUSTED), next);
  });
  app.use(getPage(deps));
  app.get('/api/session', getSession(deps));
  app.post('/api/tokens', getToken(deps));
  app.post('/api/firings', express.json({ limit: MAX_BODY }), fireScenario(deps));
  app.get('/api/firings/:firingId/events', watchFiring(deps));
  app.all(DOCTOR_PATH, deps.doctor);
  app.post('/api/mysteries', express.json(), startMystery(deps));
  app.post('/api/mysteries/:traceId/answers', express.json(), judgeGuess(deps));
  app.post('/v1/traces', express.raw({ type: () => true, limit: MAX_BODY }), exportSpans(deps));
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
