// Clients of `node:http` where its channels do not suffice (http/client.ts): the settings of the stock instrumentation.
import type { RequestOptions } from 'node:http';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { setDestination, urlOf } from '../context/egress.ts';
import { loadSdk } from '../sdk/cjs.ts';
import { knownMethod } from './methods.ts';

export function stockClients(): Instrumentation {
  return new (loadSdk('instrumentation-http').HttpInstrumentation)({
    disableIncomingRequestInstrumentation: true,
    startOutgoingSpanHook: (request) => {
      setDestination(urlOf(request));
      normalizeHeaders(request);
      return {};
    },
    requestHook: (span, { method }) => {
      if (knownMethod(String(method)) === '_OTHER') span.updateName('HTTP');
    },
  });
}

type Pair = [name: string, value: string | string[]];

/** Makes the headers of `node:http` an object where they are an array: the instrumentation would send its indices as names. */
function normalizeHeaders(options: RequestOptions): void {
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
