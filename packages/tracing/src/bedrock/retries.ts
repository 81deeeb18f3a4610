// Retries of the AWS SDK as events on the span of the call.
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { addRetryEvent } from '../spans/span.ts';

interface Failed {
  attempts: number;
  error: string;
  at: number;
}

/** Adds an event for each retry of `client`: the attempt, the SDK's wait, and the error's type. */
export function traceRetries<C extends Pick<BedrockRuntimeClient, 'middlewareStack'>>(client: C): C {
  const failures = new WeakMap<object, Failed>();
  client.middlewareStack.add(
    // The context is one object for all attempts of a call; this step runs for each, in the SDK's retry loop.
    (next, context) => async (args) => {
      const failed = failures.get(context);
      if (failed) addRetryEvent(failed.attempts + 1, failed.at, failed.error);
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
