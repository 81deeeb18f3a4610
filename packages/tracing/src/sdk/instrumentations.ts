// What traces each library.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { patchAws } from '../bedrock/extension.ts';
import { patchGrpc } from '../grpc/patch.ts';
import { traceClients } from '../http/client.ts';
import { traceFetch } from '../http/fetch.ts';
import { traceRoutes } from '../http/route.ts';
import { traceServers } from '../http/server.ts';
import { stockClients, stockRoutes } from '../http/stock.ts';
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

/**
 * What traces each library, by its name in `OTEL_NODE_ENABLED_INSTRUMENTATIONS`: its own channels, our wrappers in the patches of an
 * instrumentation where it publishes none, or not enough, or the instrumentation alone. docs/libraries.md
 */
const TRACED: Record<string, () => Instrumentation | undefined> = {
  http: () => {
    traceServers();
    return traceClients() ? undefined : stockClients();
  },
  undici: () => void traceFetch(),
  express: () => {
    traceRoutes();
    return stockRoutes();
  },
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
 * Traces the configured libraries, and returns their instrumentations: those above, or what
 * `OTEL_NODE_ENABLED_INSTRUMENTATIONS` lists, without those of `OTEL_NODE_DISABLED_INSTRUMENTATIONS`. Called once, by `register`.
 */
export function instrumentations(): Instrumentation[] {
  const { OTEL_NODE_ENABLED_INSTRUMENTATIONS: enabled, OTEL_NODE_DISABLED_INSTRUMENTATIONS: disabled } =
    process.env;
  const excluded = listOf(disabled);
  const names = enabled ? listOf(enabled) : Object.keys(TRACED);
  const own = names.flatMap((name) => (excluded.includes(name) ? [] : (TRACED[name]?.() ?? [])));
  for (const instrumentation of own) PATCHES[instrumentation.instrumentationName]?.(instrumentation);
  return names.every((name) => TRACED[name]) ? own : [...own, ...fromBundle()];
}

/** The others that the environment lists. Their package loads all of its forty (100 ms, 13 MB). */
function fromBundle(): Instrumentation[] {
  const { getNodeAutoInstrumentations } = loadSdk('auto-instrumentations-node');
  const own = Object.keys(TRACED).map((name) => [
    `@opentelemetry/instrumentation-${name}`,
    { enabled: false },
  ]);
  return getNodeAutoInstrumentations(Object.fromEntries(own));
}
