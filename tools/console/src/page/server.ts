// The page's requests to its own server.
import type {
  FiringEvent,
  PageFireAnswer,
  PageFireRequest,
  PageSession,
  ShownGuess,
  ShownMystery,
} from '../messages.ts';
import { headerLines, ownRecord } from './own-wire.ts';
import { sent } from './state.ts';
import { type Context, inject, SpanKind, serverOf, withSpan } from './tracing.ts';

/** The scenarios and knobs. Rejects with the detail of the server's problem. */
export const getSession = (): Promise<PageSession> => read(fetch('/api/session'));

/** A token for the hub. Rejects with the detail of the server's problem. */
export async function getToken(): Promise<string> {
  const { token } = await read<{ token: string }>(fetch('/api/tokens', { method: 'POST' }));
  return token;
}

export interface FirePostOptions {
  parent: Context;
  /** Whether to send the page's context. */
  carry: boolean;
  /** Requests sampling whatever the ratio, if the token has the scope. */
  force: boolean;
  token: string;
}

/** Fires a scenario, in a CLIENT span below the click. Rejects with the detail of the server's problem. */
export function postFiring(
  request: PageFireRequest,
  { parent, carry, force, token }: FirePostOptions,
): Promise<PageFireAnswer> {
  const url = new URL('/api/firings', location.href);
  const attributes = { 'http.request.method': 'POST', 'url.full': url.href, ...serverOf(url) };
  return withSpan('POST', parent, { kind: SpanKind.CLIENT, attributes }, async (ctx, span) => {
    const context = carry ? inject(ctx) : {};
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...context,
        ...(force && { 'x-b3-sampled': '1', authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    });
    sent(ownRecord(ctx, 'http', 'headers', headerLines(context)));
    span.setAttribute('http.response.status_code', response.status);
    return read<PageFireAnswer>(response);
  });
}

/** Fires a mystery, outside the page's traces. Rejects with the detail of the server's problem. */
export const postMystery = (seed: number): Promise<ShownMystery> => read(post('/api/mysteries', { seed }));

/** Judges an answer, or gives up without one. Rejects with the detail of the server's problem. */
export const postGuess = (
  traceId: string,
  answer: { row: number; cause: string } | undefined,
): Promise<ShownGuess> => read(post(`/api/mysteries/${traceId}/answers`, { answer }));

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Receives the events of a firing. Resolves when it is over; rejects when it is unknown or the console is unreachable. */
export function watchFiring(firingId: string, onEvent: (event: FiringEvent) => void): Promise<void> {
  const events = new EventSource(`/api/firings/${firingId}/events`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  events.onmessage = ({ data }) => onEvent(JSON.parse(data) as FiringEvent);
  events.addEventListener('over', () => resolve());
  // In any other state the browser reconnects, and continues after the last event.
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) reject(new Error('the console is unreachable'));
  };
  return promise.finally(() => events.close());
}

async function read<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer;
  const body = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(body.detail ?? `the console responded ${response.status}`);
  return body;
}
