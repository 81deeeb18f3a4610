// The instrumentations that are used, and their settings.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { patchAws } from '../bedrock/extension.ts';
import { recordFailure } from '../bedrock/spans.ts';
import { setDestination, urlOf } from '../context/egress.ts';
import { copyMetadata } from '../grpc/carrier.ts';
import { clearFetchHeaders, normalizeHeaders } from '../http/headers.ts';
import { patchPg } from '../postgres/patch.ts';
import { describeQuery } from '../postgres/sql.ts';
import { patchRedis } from '../redis/patch.ts';
import { describeCommand } from '../redis/query.ts';
import { loadSdk } from './cjs.ts';

/** Patches of instrumentations, by name. */
const PATCHES: Record<string, (instrumentation: Instrumentation) => void> = {
  '@opentelemetry/instrumentation-aws-sdk': patchAws,
  '@opentelemetry/instrumentation-grpc': copyMetadata,
  '@opentelemetry/instrumentation-pg': patchPg,
  '@opentelemetry/instrumentation-ioredis': patchRedis,
};

const PROBES = new Set(['/livez', '/readyz', '/healthz', '/metrics']);

/** The configured instrumentations. Called once, by `register`. */
export function instrumentations(): Instrumentation[] {
  const { getNodeAutoInstrumentations } = loadSdk('auto-instrumentations-node');
  const all = getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-http': {
      ignoreIncomingRequestHook: (request) => PROBES.has(request.url ?? ''),
      startOutgoingSpanHook: (request) => {
        setDestination(urlOf(request));
        normalizeHeaders(request);
        return {};
      },
    },
    '@opentelemetry/instrumentation-undici': {
      startSpanHook: (request) => {
        setDestination(String(request.origin));
        clearFetchHeaders(request);
        return {};
      },
    },
    // Express sets the route of the HTTP span; a span for each middleware adds nothing.
    '@opentelemetry/instrumentation-express': {
      ignoreLayersType: ['router', 'middleware', 'request_handler'] as ExpressLayerType[],
    },
    // Health checks and reflection are calls of tools; methods are matched without their service.
    '@opentelemetry/instrumentation-grpc': { ignoreGrpcMethods: ['Check', 'Watch', 'ServerReflectionInfo'] },
    // The AWS call has a span; its HTTP request would have a second one, and would send the headers out of the mesh.
    '@opentelemetry/instrumentation-aws-sdk': {
      suppressInternalInstrumentation: true,
      exceptionHook: (span, { request }, error) => recordFailure(span, request, error),
    },
    // Pollers and pool maintenance run outside any request; each call would otherwise start a trace.
    '@opentelemetry/instrumentation-pg': {
      requireParentSpan: true,
      addSqlCommenterCommentToQueries: process.env.OTEL_INSTRUMENTATION_PG_SQLCOMMENTER === 'true',
      requestHook: (span, { query }) => describeQuery(span, query.text),
    },
    '@opentelemetry/instrumentation-ioredis': {
      requireParentSpan: true,
      dbStatementSerializer: describeCommand,
    },
  });
  for (const instrumentation of all) PATCHES[instrumentation.instrumentationName]?.(instrumentation);
  return all;
}
