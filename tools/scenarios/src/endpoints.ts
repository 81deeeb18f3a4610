// Where a running mesh can be reached. The embedded mesh, compose and any outside client all speak of it in this shape.
import { z } from 'zod';
import { addressOf, forAddressed } from './services.ts';

/** Left out, a service of your own is where a network of containers has it: at its name. */
const ownAddresses = forAddressed(({ name, kind }) =>
  z
    .string()
    .min(1)
    .default(addressOf(kind, `${name}:8080`)),
);

/** The addresses of a running mesh: every value is a URL, but where gRPC dials, such as `cost-ledger`: that is `host:port`. */
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
  ...ownAddresses,
});
export type Endpoints = z.infer<typeof Endpoints>;
