// Where a running mesh can be reached. The embedded mesh, compose and any outside client all speak of it in this shape.
import { z } from 'zod';
import { addressed, addressOf, type OwnName, type ownServices } from './services.ts';

/** The names of those that have an address. */
type Addressed = {
  [Name in OwnName]: (typeof ownServices)[Name] extends { port: number } ? Name : never;
}[OwnName];

/** Left out, each is where a network of containers has it: at its name. */
const ownAddresses = Object.fromEntries(
  addressed.map(({ name, kind }) => [
    name,
    z
      .string()
      .min(1)
      .default(addressOf(kind, `${name}:8080`)),
  ]),
) as Record<Addressed, z.ZodDefault<z.ZodString>>;

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
