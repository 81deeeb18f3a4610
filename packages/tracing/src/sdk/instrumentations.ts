// Which libraries are traced by their own instrumentation, and the settings that keep their spans few and clean.
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

/** What corrects an instrumentation itself, by its name. */
const PATCHES: Record<string, (instrumentation: Instrumentation) => void> = {
  '@opentelemetry/instrumentation-aws-sdk': patchAws,
  '@opentelemetry/instrumentation-grpc': copyMetadata,
  '@opentelemetry/instrumentation-pg': patchPg,
  '@opentelemetry/instrumentation-ioredis': patchRedis,
};

const PROBES = new Set(['/livez', '/readyz', '/healthz', '/metrics']);

/** The instrumentations of the mesh, configured; to be called once, by `register`. */
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
    // express tells the HTTP span its route; spans for each middleware would only be noise.
    '@opentelemetry/instrumentation-express': {
      ignoreLayersType: ['router', 'middleware', 'request_handler'] as ExpressLayerType[],
    },
    // Health checks and reflection are asked by tools, not by work; methods are matched without their service.
    '@opentelemetry/instrumentation-grpc': { ignoreGrpcMethods: ['Check', 'Watch', 'ServerReflectionInfo'] },
    // The AWS call is the span; its HTTP request would be a second one for the same thing, and would carry our headers out.
    '@opentelemetry/instrumentation-aws-sdk': {
      suppressInternalInstrumentation: true,
      exceptionHook: (span, { request }, error) => recordFailure(span, request, error),
    },
    // Pollers and pool upkeep run outside any request: without this each would be a trace of its own.
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
