// The real backends of `npm run test:backends`, for the meshes of the tests; other commands have none.
import { createHash } from 'node:crypto';
import type { Backends } from '@trace-mesh/embedded/mesh';
import { z } from 'zod';

/** The variable through which the command passes them to Vitest's processes, as JSON. */
export const VARIABLE = 'MESH_BACKENDS';

export const Real = z.object({
  /** Differs from run to run. */
  run: z.string(),
  sqs: z.object({ url: z.url() }).optional(),
  traces: z.object({ otlp: z.url(), traces: z.url() }).optional(),
  postgres: z.object({ url: z.url() }).optional(),
  redis: z.object({ url: z.url() }).optional(),
  /** The command of each that is a program of this machine. */
  programs: z
    .object({
      sqs: z.string().optional(),
      traces: z.string().optional(),
      collector: z.string().optional(),
      prometheus: z.string().optional(),
      redis: z.string().optional(),
    })
    .default({}),
});
export type Real = z.infer<typeof Real>;

/** Undefined outside of the command. */
export function readReal(env: NodeJS.ProcessEnv = process.env): Real | undefined {
  const text = env[VARIABLE];
  return text === undefined ? undefined : Real.parse(JSON.parse(text));
}

/**
 * Region and keys of one mesh. LocalStack takes an access key id of 12 digits as the account, and queues belong to an account: each
 * mesh has its own, also beside a running compose.
 */
export function awsEnv(run: string, mesh: string): Record<string, string> {
  const hash = createHash('sha256').update(`${run} ${mesh}`).digest();
  const account = String(hash.readUIntBE(0, 6) % 1e12).padStart(12, '0');
  return { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'test' };
}

/** The backends of a further mesh of a test: queue and trace store are real, Postgres and Redis are its own. */
export function realBackends(mesh: string, real = readReal()): Backends | undefined {
  if (!real) return undefined;
  const { run, sqs, traces } = real;
  return { ...(sqs && { sqs: { ...sqs, env: awsEnv(run, mesh) } }), ...(traces && { traces }) };
}

/** The name of the mesh that most tests share. */
export const MAIN = 'main';

/** The backends of the mesh that most tests share. */
export function mainBackends(real = readReal()): Backends | undefined {
  return {
    ...realBackends(MAIN, real),
    ...(real?.postgres && { databaseUrl: real.postgres.url }),
    ...(real?.redis && { redisUrl: real.redis.url }),
  };
}
