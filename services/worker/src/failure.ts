// The one mapping from what can go wrong with a task to what its owner is told: a code, and a sentence without secrets.
import { BedrockRuntimeServiceException, ThrottlingException } from '@aws-sdk/client-bedrock-runtime';
import { type TracedError, wrapErrorWithTrace } from '@trace-mesh/tracing/errors';

const SAID = {
  model_throttled: 'the model had no capacity left',
  model_failed: 'the model could not answer',
  model_timeout: 'the model took too long',
  internal: 'something went wrong in the worker',
};

/** Why a task failed for good, after so many attempts. What another service refused keeps that service's words. */
export function failureOf(error: unknown, attempts: number): TracedError {
  const code = codeOf(error);
  const message = `the task failed ${attempts} times: ${SAID[code]}`;
  return wrapErrorWithTrace(error, { code, message, details: { attempts: String(attempts) } });
}

function codeOf(error: unknown): keyof typeof SAID {
  if (error instanceof ThrottlingException) return 'model_throttled';
  if (error instanceof BedrockRuntimeServiceException) return 'model_failed';
  if (error instanceof Error && error.name === 'TimeoutError') return 'model_timeout';
  return 'internal';
}

/** Why a task failed that nobody worked on any more: its worker died with the last attempt. */
export function abandonedFailure(minutes: number): TracedError {
  const error = new Error(`the task was abandoned: nobody has worked on it for ${minutes} minutes`);
  return wrapErrorWithTrace(error, { code: 'abandoned' });
}
