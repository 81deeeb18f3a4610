// Grafana Tempo's query API: https://grafana.com/docs/tempo/latest/api_docs/
import { z } from 'zod';
import { type RequestOptions, requestStore } from '../store-request.ts';
import { check, InputError } from './input-error.ts';
import { readOtlpJson } from './otlp-json.ts';
import type { Reading } from './reading.ts';
import type { StoreSearch } from './search.ts';

/** How many traces are read at a time. */
const CONCURRENT = 8;

const Found = z.object({ traces: z.array(z.object({ traceID: z.string() })).nullish() });
/** `PARTIAL` (1) where a trace is larger than the store's limit, or a part of the store did not answer. */
const Answer = z.looseObject({ status: z.union([z.string(), z.number()]).nullish() });

/**
 * Adds the newest traces that a search finds, at most `limit`.
 * @throws Error with one clear line when Tempo does not answer, or not in its form
 */
export async function readTempo(url: string, search: StoreSearch, into: Reading): Promise<void> {
  const { service, limit, startUs, endUs, request } = search;
  const query = new URLSearchParams({
    q: service === undefined ? '{}' : `{resource.service.name=${JSON.stringify(service)}}`,
    limit: String(limit),
    start: String(Math.floor(startUs / 1e6)),
    end: String(Math.ceil(endUs / 1e6)),
  });
  const found = check(Found, await json(`${url}/api/search?${query}`, request), "Tempo's answer", () => url);
  const ids = (found.traces ?? []).map(({ traceID }) => traceID.padStart(32, '0'));
  if (ids.length >= limit) into.leaveOut('older traces, beyond --limit', url);
  for (let n = 0; n < ids.length; n += CONCURRENT) {
    const some = ids.slice(n, n + CONCURRENT);
    const answers = await Promise.all(some.map((id) => fetchOne(url, id, request)));
    for (const [m, answer] of answers.entries()) readOne(answer, `${url}: trace ${some[m]}`, into);
  }
}

/** Versions before 2.7 have only the first version of the API. */
const fetchOne = async (url: string, id: string, request: RequestOptions) =>
  (await json(`${url}/api/v2/traces/${id}`, request)) ?? json(`${url}/api/traces/${id}`, request);

function readOne(answer: unknown, from: string, into: Reading): void {
  if (answer === undefined) {
    into.leaveOut('traces that the store no longer has', from, 1);
    return;
  }
  const { status } = check(Answer, answer, "Tempo's answer", () => from);
  if (status === 'PARTIAL' || status === 1) into.leaveOut('parts of traces that the store left out', from);
  readOtlpJson(answer, from, into);
}

/** The body of an answer; undefined for 404. */
async function json(url: string, request: RequestOptions): Promise<unknown> {
  const response = await requestStore(url, {
    ...request,
    headers: { ...request.headers, accept: 'application/json' },
  });
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw new InputError(`${url}: the trace store answered ${response.status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${url}: the answer is not valid JSON (give the address of Tempo's API)`, {
      cause: error,
    });
  }
}
