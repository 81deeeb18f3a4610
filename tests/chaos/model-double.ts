// The model's double, as the mesh's worker finds it, and what was asked of it.
import { z } from 'zod';

const Requests = z.array(z.object({ body: z.string() }));

export interface ModelDouble {
  /** Puts this behaviour in force, beside the latency that keeps tasks in flight; `{}` is a model that is well. */
  behave(behaviour: Record<string, unknown>): Promise<void>;
  forget(): Promise<void>;
  /** The bodies of the newest requests, a thousand at most. */
  requests(): Promise<string[]>;
}

/** How long the model takes for an answer, in ms: long enough for a fault to find work in flight. */
const MODEL_LATENCY_MS = 300;

export function openModelDouble(url: string): ModelDouble {
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(new URL(path, url), init);
    if (!response.ok) throw new Error(`the model's double answered ${response.status} at ${path}`);
    return response.json();
  }
  return {
    behave: async (behaviour) => {
      await ask('PUT', '/_double/behaviour', { latencyMs: MODEL_LATENCY_MS, ...behaviour });
    },
    forget: async () => {
      await ask('DELETE', '/_double/requests');
    },
    requests: async () => Requests.parse(await ask('GET', '/_double/requests')).map(({ body }) => body),
  };
}
