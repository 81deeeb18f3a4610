// One request to a trace store, which must not see that it is read.
import { randomBytes } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** In addition, such as a store's tenant or token. */
  headers?: Record<string, string>;
}

/** An unsampled parent: a Jaeger that traces its own API adds some eight spans for each query that has none. */
const unsampled = () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;

/**
 * Without tracing in this process too: its `fetch` would replace the header.
 * @throws Error with one clear line when nothing answers; the signal's reason when aborted
 */
export async function requestStore(url: string, options: RequestOptions = {}): Promise<Response> {
  const { signal, headers } = options;
  const init = { signal: signal ?? null, headers: { ...headers, traceparent: unsampled() } };
  try {
    return await context.with(suppressTracing(context.active()), () => fetch(url, init));
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the trace store does not answer at ${url}`, { cause: error });
  }
}
