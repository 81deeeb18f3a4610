// Fires one scenario from an agent process, and answers with its trace id and result.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import type { Endpoints } from './endpoints.ts';

/** How long a scenario may take, in ms, before the agent gives it up. */
export const FIRE_TIMEOUT_MS = 60_000;
export const DEFAULT_PROMPT = 'In one sentence: why does a trace need a parent?';

export const FireRequest = z.object({ name: z.string(), prompt: z.string(), timeoutMs: z.number() });

const FireResult = z.union([
  z.object({ traceId: z.string(), result: z.record(z.string(), z.unknown()) }),
  z.object({ error: z.string() }),
]);
export type FireResult = z.infer<typeof FireResult>;

export interface FireOptions {
  prompt?: string | undefined;
  /** Added to the agent's environment. */
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface Fired {
  /** Lower-case hex; empty where tracing is off. */
  traceId: string;
  result: Record<string, unknown>;
}

/** Rejects, with the agent's own words, when the scenario fails; aborting `signal` ends the agent. */
export async function fireScenario(
  name: string,
  endpoints: Endpoints,
  options: FireOptions = {},
): Promise<Fired> {
  const { prompt = DEFAULT_PROMPT, env = {}, signal } = options;
  const agent = await execa(process.execPath, ['--import', '@trace-mesh/tracing/register', 'src/agent.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdin: 'pipe',
    reject: false,
    ...(signal && { cancelSignal: signal }),
    env: {
      OTEL_SERVICE_NAME: 'agent',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      MESH_ENDPOINTS: JSON.stringify(endpoints),
      MESH_FIRE: JSON.stringify({ name, prompt, timeoutMs: FIRE_TIMEOUT_MS }),
      ...env,
    },
  });
  signal?.throwIfAborted();
  const line = agent.stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`the agent died: ${agent.stderr.trim() || agent.shortMessage}`);
  const answer = FireResult.parse(JSON.parse(line));
  if ('error' in answer) throw new Error(`scenario ${name}: ${answer.error}`);
  return answer;
}
