// Where a running mesh can be reached. The embedded mesh, compose and any outside client all speak of it in this shape.
import { z } from 'zod';

/** The addresses of a running mesh: every value is a URL, but `cost-ledger`, which gRPC dials as `host:port`. */
export const Endpoints = z.object({
  'edge-mcp': z.url(),
  'rest-api': z.url(),
  'cost-ledger': z.string().regex(/^[^\s/]+:\d+$/, 'host:port'),
  'ws-hub': z.url(),
  bedrock: z.url(),
  sqs: z.url(),
  /** OTLP over HTTP: traces are POSTed to `<otlp>/v1/traces`. */
  otlp: z.url(),
  /** Answers Jaeger's `GET <traces>/api/traces/{traceId}`. */
  traces: z.url(),
  /** The page a person opens; a trace is at `<viewer>/trace/{traceId}` in Jaeger. */
  viewer: z.url(),
  /** The page from which scenarios are fired, where there is one. */
  console: z.url().optional(),
});
export type Endpoints = z.infer<typeof Endpoints>;
