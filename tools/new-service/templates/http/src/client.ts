// The client of __name__. Every call sends the active context.
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { fromProblem } from '@trace-mesh/tracing/error-carriers';
import { z } from 'zod';

export const Greeting = z.object({ greeting: z.string() });
export type Greeting = z.infer<typeof Greeting>;

/** Calls reject with an Error that names the status; its `cause` is the error of the service. */
export interface __Name__Client {
  /** Aborting `signal` stops the call. */
  greet(name: string, signal?: AbortSignal): Promise<Greeting>;
}

/** A client for a base URL such as `http://127.0.0.1:__port__`; `authorization` returns the `Bearer …` of each call. */
export function create__Name__Client(baseUrl: string, authorization: () => string): __Name__Client {
  const http = createServiceClient(baseUrl);
  return {
    async greet(name, signal) {
      const path = `/api/greetings/${encodeURIComponent(name)}`;
      const headers = { authorization: authorization() };
      const response = await http({ method: 'GET', path, headers, signal });
      const body: unknown = await response.json();
      if (response.ok) return Greeting.parse(body);
      throw new Error(`__name__ answered ${response.status}`, { cause: fromProblem(body) });
    },
  };
}
