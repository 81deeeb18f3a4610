// Retries of the AWS SDK as events on the span of the call: the span alone would only show that it took long.
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { trace } from '@opentelemetry/api';
import { ATTR_MESH_RETRY_ATTEMPT, ATTR_MESH_RETRY_DELAY_MS } from './attributes.ts';

/** The name of the event. */
export const RETRY_EVENT = 'retry';

interface Failed {
  attempts: number;
  error: string;
  at: number;
}

/** Gives each retry of `client` one event: which attempt it is, how long the SDK waited, and what made it necessary. */
export function traceRetries<C extends Pick<BedrockRuntimeClient, 'middlewareStack'>>(client: C): C {
  const failures = new WeakMap<object, Failed>();
  client.middlewareStack.add(
    // The context is one object for all attempts of a call; this step runs anew, inside the SDK's own loop, for each.
    (next, context) => async (args) => {
      const failed = failures.get(context);
      if (failed) noteRetry(failed);
      try {
        return await next(args);
      } catch (error) {
        const { name } = error as Error;
        failures.set(context, { attempts: (failed?.attempts ?? 0) + 1, error: name, at: performance.now() });
        throw error;
      }
    },
    { name: 'traceRetries', step: 'finalizeRequest', priority: 'low', override: true },
  );
  return client;
}

function noteRetry({ attempts, error, at }: Failed): void {
  trace.getActiveSpan()?.addEvent(RETRY_EVENT, {
    [ATTR_MESH_RETRY_ATTEMPT]: attempts + 1,
    [ATTR_MESH_RETRY_DELAY_MS]: Math.round(performance.now() - at),
    'error.type': error,
  });
}
