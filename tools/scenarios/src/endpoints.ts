// The addresses of a running mesh, embedded or in compose.

import { addressOf, forAddressed } from '@trace-mesh/topology/services';
import { z } from 'zod';

/** The default address of a service of your own is its name in the container network. */
const ownAddresses = forAddressed(({ name, kind }) =>
  z
    .string()
    .min(1)
    .default(addressOf(kind, `${name}:8080`)),
);

/** The addresses of a running mesh: URLs, but `host:port` for gRPC services such as `cost-ledger`. */
export const Endpoints = z.object({
  'edge-mcp': z.url(),
  'rest-api': z.url(),
  'cost-ledger': z.string().regex(/^[^\s/]+:\d+$/, 'host:port'),
  'ws-hub': z.url(),
  bedrock: z.url(),
  sqs: z.url(),
  /** OTLP over HTTP: traces are POSTed to `<otlp>/v1/traces`. */
  otlp: z.url(),
  /** Serves Jaeger's `GET <traces>/api/traces/{traceId}`. */
  traces: z.url(),
  /** The page for people; a trace is at `<viewer>/trace/{traceId}` in Jaeger. */
  viewer: z.url(),
  /** The console's page; absent without a console. */
  console: z.url().optional(),
  ...ownAddresses,
});
export type Endpoints = z.infer<typeof Endpoints>;
