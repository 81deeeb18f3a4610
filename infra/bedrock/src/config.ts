import { z } from 'zod';

const Config = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('a port number is needed, e.g. 8084').int().min(0).max(65_535),
});
export type Config = z.infer<typeof Config>;

/** Reads HOST (default 127.0.0.1) and PORT (0: any free one). Throws one line that names every bad variable. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = Config.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the environment does not configure this service: ${faults.join('; ')}`);
}
