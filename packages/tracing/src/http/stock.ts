// The settings of the stock instrumentations, where there is no channel or it does not suffice.
import type { RequestOptions } from 'node:http';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { setDestination, urlOf } from '../context/egress.ts';
import { loadSdk } from '../sdk/cjs.ts';
import { knownMethod } from './methods.ts';

/** Clients of `node:http` of a Node that does not say where a request goes (http/client.ts). */
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

/** Express sets the route of the server span; a span for each middleware adds nothing. */
const ALL_LAYERS = ['router', 'middleware', 'request_handler'] as ExpressLayerType[];

/** Routes of express before 5.3. */
export function stockRoutes(): Instrumentation {
  const { ExpressInstrumentation } = loadSdk('instrumentation-express');
  const express = new ExpressInstrumentation({ ignoreLayersType: ALL_LAYERS });
  const { _modules: modules } = express as unknown as { _modules: { supportedVersions: string[] }[] };
  for (const module of modules) module.supportedVersions = ['>=4.0.0 <5.3.0'];
  return express;
}
