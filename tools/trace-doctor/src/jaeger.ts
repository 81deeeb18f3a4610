// Reads traces through Jaeger's query API, which every trace store of the mesh implements.
import { z } from 'zod';
import { JaegerTrace } from './read/jaeger-json.ts';
import { type RequestOptions, requestStore } from './store-request.ts';
import { type Trace, uniqueTraces } from './trace.ts';

export type ReadOptions = RequestOptions;

/**
 * The trace as far as the store has it, or undefined while it knows nothing of that id.
 * @param tracesUrl the `traces` endpoint, without `/api/traces`
 * @throws Error with one clear line when the store does not answer, or not in Jaeger's form
 */
export async function fetchTrace(
  tracesUrl: string,
  traceId: string,
  options: ReadOptions = {},
): Promise<Trace | undefined> {
  const [found] = await read(at(tracesUrl, `traces/${traceId}`), JaegerTrace, options);
  return found;
}

export interface SearchOptions extends ReadOptions {
  limit: number;
  /** Only traces in which a span of the service began in this time; in microseconds since the epoch, both or neither. */
  startUs?: number;
  endUs?: number;
  /** Only traces in which a span of the service has all of these attributes. */
  attributes?: Record<string, string>;
}

/**
 * The newest traces, at most `limit`, that a service has a span in.
 * @throws Error like `fetchTrace`
 */
export function fetchTraces(tracesUrl: string, service: string, options: SearchOptions): Promise<Trace[]> {
  const { limit, startUs, endUs, attributes } = options;
  const query = new URLSearchParams({
    service,
    limit: String(limit),
    ...(startUs !== undefined && { start: String(startUs) }),
    ...(endUs !== undefined && { end: String(endUs) }),
    ...(attributes && { tags: JSON.stringify(attributes) }),
  });
  return read(at(tracesUrl, `traces?${query}`), JaegerTrace, options);
}

/** The same for several services; each trace once. */
export async function fetchTracesOf(
  tracesUrl: string,
  services: readonly string[],
  options: SearchOptions,
): Promise<Trace[]> {
  const found = services.map((service) => fetchTraces(tracesUrl, service, options));
  return uniqueTraces((await Promise.all(found)).flat());
}

/** The names under which Jaeger 2, and Jaeger 1's two programs, trace their own query API. */
const JAEGER_ITSELF = ['jaeger', 'jaeger-all-in-one', 'jaeger-query'];

/**
 * The names of all services that the store has spans of, without Jaeger's own: each page that a person opens there adds some.
 * @throws Error like `fetchTrace`
 */
export async function fetchServices(tracesUrl: string, options: ReadOptions = {}): Promise<string[]> {
  const services = await read(at(tracesUrl, 'services'), z.string(), options);
  return services.filter((service) => !JAEGER_ITSELF.includes(service));
}

const at = (tracesUrl: string, path: string) => `${tracesUrl.replace(/\/$/, '')}/api/${path}`;

/** The list in an answer's `data`; empty when the store answers 404. */
async function read<T>(url: string, item: z.ZodType<T>, options: ReadOptions): Promise<T[]> {
  const response = await requestStore(url, options);
  if (response.status === 404) {
    // An unread body keeps the connection from being used again.
    await response.body?.cancel();
    return [];
  }
  if (!response.ok) throw new Error(`the trace store answered ${response.status} at ${url}`);
  const answer = z.object({ data: z.array(item).nullish() }).safeParse(parseJson(await response.text()));
  if (answer.success) return answer.data.data ?? [];
  const where = answer.error.issues[0];
  throw new Error(
    `the trace store did not answer in Jaeger's form at ${url}: ${where?.path.join('.')} ${where?.message}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it like any other answer that is not Jaeger's.
    return text;
  }
}
