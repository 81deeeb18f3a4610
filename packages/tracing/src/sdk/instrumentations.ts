// The instrumentations that are used, and their settings.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { patchAws } from '../bedrock/extension.ts';
import { setDestination, urlOf } from '../context/egress.ts';
import { patchGrpc } from '../grpc/patch.ts';
import { clearFetchHeaders, normalizeHeaders } from '../http/headers.ts';
import { patchPg } from '../postgres/patch.ts';
import { patchRedis } from '../redis/patch.ts';
import { loadSdk } from './cjs.ts';

/** Patches of instrumentations, by name. */
const PATCHES: Record<string, (instrumentation: Instrumentation) => void> = {
  '@opentelemetry/instrumentation-aws-sdk': patchAws,
  '@opentelemetry/instrumentation-grpc': patchGrpc,
  '@opentelemetry/instrumentation-pg': patchPg,
  '@opentelemetry/instrumentation-ioredis': patchRedis,
};

const PROBES = new Set(['/livez', '/readyz', '/healthz', '/metrics']);

/** By the names of `OTEL_NODE_ENABLED_INSTRUMENTATIONS`. */
const MAKERS: Record<string, () => Instrumentation> = {
  http: () =>
    new (loadSdk('instrumentation-http').HttpInstrumentation)({
      ignoreIncomingRequestHook: (request) => PROBES.has(request.url ?? ''),
      startOutgoingSpanHook: (request) => {
        setDestination(urlOf(request));
        normalizeHeaders(request);
        return {};
      },
    }),
  undici: () =>
    new (loadSdk('instrumentation-undici').UndiciInstrumentation)({
      startSpanHook: (request) => {
        setDestination(String(request.origin));
        clearFetchHeaders(request);
        return {};
      },
    }),
  // Express sets the route of the HTTP span; a span for each middleware adds nothing.
  express: () =>
    new (loadSdk('instrumentation-express').ExpressInstrumentation)({
      ignoreLayersType: ['router', 'middleware', 'request_handler'] as ExpressLayerType[],
    }),
  // Health checks and reflection are calls of tools; methods are matched without their service.
  grpc: () =>
    new (loadSdk('instrumentation-grpc').GrpcInstrumentation)({
      ignoreGrpcMethods: ['Check', 'Watch', 'ServerReflectionInfo'],
    }),
  'aws-sdk': () => new (loadSdk('instrumentation-aws-sdk').AwsInstrumentation)(),
  // Pollers and pool maintenance run outside any request; each call would otherwise start a trace.
  pg: () =>
    new (loadSdk('instrumentation-pg').PgInstrumentation)({
      requireParentSpan: true,
      addSqlCommenterCommentToQueries: process.env.OTEL_INSTRUMENTATION_PG_SQLCOMMENTER === 'true',
    }),
  ioredis: () => new (loadSdk('instrumentation-ioredis').IORedisInstrumentation)({ requireParentSpan: true }),
};

const listOf = (variable = ''): string[] => variable.split(',').map((name) => name.trim());

/**
 * The configured instrumentations: those above, or what `OTEL_NODE_ENABLED_INSTRUMENTATIONS` lists, without those of
 * `OTEL_NODE_DISABLED_INSTRUMENTATIONS`. Called once, by `register`.
 */
export function instrumentations(): Instrumentation[] {
  const { OTEL_NODE_ENABLED_INSTRUMENTATIONS: enabled, OTEL_NODE_DISABLED_INSTRUMENTATIONS: disabled } =
    process.env;
  const excluded = listOf(disabled);
  const names = enabled ? listOf(enabled) : Object.keys(MAKERS);
  const own = names.flatMap((name) => (excluded.includes(name) ? [] : (MAKERS[name]?.() ?? [])));
  for (const instrumentation of own) PATCHES[instrumentation.instrumentationName]?.(instrumentation);
  return names.every((name) => MAKERS[name]) ? own : [...own, ...fromBundle()];
}

/** The others that the environment lists. Their package loads all of its forty (100 ms, 13 MB). */
function fromBundle(): Instrumentation[] {
  const { getNodeAutoInstrumentations } = loadSdk('auto-instrumentations-node');
  const own = Object.keys(MAKERS).map((name) => [
    `@opentelemetry/instrumentation-${name}`,
    { enabled: false },
  ]);
  return getNodeAutoInstrumentations(Object.fromEntries(own));
}
