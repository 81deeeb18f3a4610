// Requests of client spans and the server spans that they reach.

import { CLOCK_TOLERANCE_US } from '../clock.ts';
import { pathOf } from '../diagnosis/far-side.ts';
import { endUs, type Span } from '../trace.ts';
import { once } from './remember.ts';
import { text } from './seen.ts';

/** What a request asks for, the same on both sides; undefined for a span that is of no request. */
export function requestOf(span: Span): string | undefined {
  const rpc = text(span, 'rpc.method');
  if (rpc && text(span, 'rpc.system.name') !== 'aws-api') return rpc;
  const method = text(span, 'http.request.method');
  const path = span.kind === 'client' ? pathOf(span) : text(span, 'url.path');
  return method && path ? `${method} ${path}` : undefined;
}

/** Without the ids in its path. */
export const operationOf = (request: string): string =>
  request
    .split('/')
    .map((part) => (/\d/.test(part) ? '*' : part))
    .join('/');

/** `host:port` that a client span called. */
export function addressOf(span: Span): string | undefined {
  const host = text(span, 'server.address');
  return host && `${host}:${text(span, 'server.port') ?? ''}`;
}

/** The span of another process that a client span reached. A span that links to the client span began its trace on purpose. */
export const answersOf = once(({ spans, index }): ((client: Span) => Span | undefined) => {
  const linking = new Map(
    spans.flatMap((span) => span.links.map((link) => [index.get(link), span] as const)),
  );
  const isFar = (client: Span, { kind, service }: Span) =>
    kind === 'server' || kind === 'consumer' || service !== client.service;
  return (client) => index.childrenOf(client).find((child) => isFar(client, child)) ?? linking.get(client);
});

/** Client spans of requests that reached no span, the innermost of nested ones. */
export const unansweredOf = once((seen): Span[] => {
  const answerOf = answersOf(seen);
  const isOuter = (span: Span) => seen.index.childrenOf(span).some(({ kind }) => kind === 'client');
  return seen.spans.filter(
    (span) => span.kind === 'client' && !answerOf(span) && !isOuter(span) && requestOf(span),
  );
});

/** The spans of a list sorted by start that started while the client span ran. */
export function startedDuring(client: Span, sorted: readonly Span[]): readonly Span[] {
  const from = firstFrom(sorted, client.startUs - CLOCK_TOLERANCE_US);
  return sorted.slice(from, firstFrom(sorted, endUs(client) + CLOCK_TOLERANCE_US + 1));
}

/** By bisection. */
function firstFrom(sorted: readonly Span[], startUs: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.startUs ?? 0) < startUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
