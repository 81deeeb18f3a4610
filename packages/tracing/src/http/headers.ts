// Headers of an outgoing request that the instrumentations do not handle: context that the program passes on, as a gateway does,
// and the array form of `node:http`. For the hooks with which they begin a client span.
import type { RequestOptions } from 'node:http';
import { context, propagation } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';

type Pair = [name: string, value: string | string[]];

/** Removes context from the headers of a `fetch` request; the instrumentation then appends its own. */
export function clearFetchHeaders(request: { headers: string | (string | string[])[] }): void {
  // A suppressed request belongs to another instrumentation, and may be signed.
  if (isTracingSuppressed(context.active())) return;
  const fields = propagation.fields();
  const isOurs = (name = '') => fields.includes(name.toLowerCase());
  if (typeof request.headers === 'string') {
    const lines = request.headers.split('\r\n');
    request.headers = lines.filter((line) => !isOurs(line.split(':')[0])).join('\r\n');
  } else {
    request.headers = pairsOf(request.headers)
      .filter(([name]) => !isOurs(name))
      .flat();
  }
}

/** Makes the headers of `node:http` an object where they are an array: the instrumentation would send its indices as names. */
export function normalizeHeaders(options: RequestOptions): void {
  const { headers } = options;
  if (!Array.isArray(headers)) return;
  const pairs = Array.isArray(headers[0]) ? (headers as unknown as Pair[]) : pairsOf(headers);
  const merged = new Map<string, string[]>();
  for (const [name, value] of pairs) merged.set(name, [...(merged.get(name) ?? []), value].flat());
  options.headers = Object.fromEntries(
    [...merged].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** Names and values that alternate in one array. */
function pairsOf(flat: readonly (string | string[])[]): Pair[] {
  const names = flat.filter((_, i) => i % 2 === 0) as string[];
  return names.map((name, i) => [name, flat[2 * i + 1] ?? '']);
}
