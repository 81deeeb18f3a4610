// A scenario: a request that can be fired, and the edges that its trace must have.
import type { Edge, SpanSelector } from '@trace-mesh/trace-doctor/edges';
import type { Endpoints } from './endpoints.ts';
import type { Tokens } from './tokens.ts';

export interface FireOptions {
  endpoints: Endpoints;
  tokens: Tokens;
  /** The user's own text, for the scenarios that take one. */
  prompt: string;
  signal: AbortSignal;
  /** An id for a task that the scenario creates; the caller may have chosen the first one, to subscribe to it. */
  newTaskId(): string;
  /** The agent's environment, for a scenario that starts a process of its own. */
  env: NodeJS.ProcessEnv;
}

/** The part of the result that is shown. */
export interface FireResult extends Record<string, unknown> {
  /** Further traces that the scenario started, for the verdict. */
  relatedTraceIds?: string[];
}

export interface Scenario {
  name: string;
  /** One line: what happens. */
  title: string;
  /** One line: what it teaches. */
  teaches: string;
  /** The rows of the propagation matrix that it proves. */
  rows: number[];
  /** Its first task has the first id of `newTaskId`, so that the caller can subscribe to it. */
  makesTask?: true;
  edges: Edge[];
  /** Runs inside the agent's root span. */
  fire(options: FireOptions): Promise<FireResult>;
}

/** The kinds of spans, by the role of the service: each reads `rest-api` → `server('rest-api', 'GET /…')`. */
const of =
  (kind: SpanSelector['kind']) =>
  (service: string, name: string, attributes?: SpanSelector['attributes']): SpanSelector => ({
    service,
    kind,
    name,
    ...(attributes && { attributes }),
  });
export const client = of('client');
export const server = of('server');
export const producer = of('producer');
export const consumer = of('consumer');
export const internal = of('internal');

/** `to` is the child of `from`. */
export function parent(row: number, transport: string, from: SpanSelector, to: SpanSelector): Edge {
  return { from, to, transport, relation: 'parent', row };
}

/** `to` links to `from`. */
export function link(row: number, transport: string, from: SpanSelector, to: SpanSelector): Edge {
  return { from, to, transport, relation: 'link', row };
}

/** The same edge, where `to` is in another trace. */
export const inOtherTrace = (edge: Edge): Edge => ({ ...edge, inOtherTrace: true });
