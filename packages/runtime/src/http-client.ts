// The traced HTTP client with timeouts.
import { createHttpClient, type HttpRequest } from '@trace-mesh/tracing/http';
import { startDeadline } from './deadline.ts';

/** The default timeout of a call, in ms. */
export const HTTP_TIMEOUT_MS = 30_000;

/**
 * How long the caller waits, in ms. There is no standard field: RFC 7240's `Prefer: wait` has whole seconds and is a preference
 * only; gRPC has a deadline.
 */
export const REQUEST_TIMEOUT_HEADER = 'x-request-timeout-ms';

export interface ServiceRequest extends HttpRequest {
  /** How long the call may take, its body included, in ms; by default `HTTP_TIMEOUT_MS`. */
  timeoutMs?: number | undefined;
}

/** Resolves for every status; rejects with a `TimeoutError`, the reason of `signal`, or `fetch`'s `TypeError`. */
export type ServiceClient = (request: ServiceRequest) => Promise<Response>;

/** A `createHttpClient` whose calls time out, and which sends the timeout in `REQUEST_TIMEOUT_HEADER`. */
export function createServiceClient(baseUrl: string): ServiceClient {
  const send = createHttpClient(baseUrl);
  return ({ timeoutMs = HTTP_TIMEOUT_MS, signal, headers, ...request }) =>
    send({
      ...request,
      headers: { [REQUEST_TIMEOUT_HEADER]: String(timeoutMs), ...headers },
      signal: startDeadline(timeoutMs, signal).signal,
    });
}
