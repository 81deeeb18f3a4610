// The errors of a task as its owner sees them: a code, and a sentence without internals.
import { BedrockRuntimeServiceException, ThrottlingException } from '@aws-sdk/client-bedrock-runtime';
import { type TracedError, wrapErrorWithTrace } from '@trace-mesh/tracing/errors';

const MESSAGES = {
  model_throttled: 'the model had no capacity left',
  model_failed: 'the model could not answer',
  model_timeout: 'the model took too long',
  internal: 'something went wrong in the worker',
};

/** The final failure of a task after `attempts` attempts. An error from another service keeps that service's code and message. */
export function failureOf(error: unknown, attempts: number): TracedError {
  const code = codeOf(error);
  const message = `the task failed ${attempts} times: ${MESSAGES[code]}`;
  return wrapErrorWithTrace(error, { code, message, details: { attempts: String(attempts) } });
}

function codeOf(error: unknown): keyof typeof MESSAGES {
  if (error instanceof ThrottlingException) return 'model_throttled';
  if (error instanceof BedrockRuntimeServiceException) return 'model_failed';
  if (error instanceof Error && error.name === 'TimeoutError') return 'model_timeout';
  return 'internal';
}

/** The failure of a task whose worker died during the last attempt. */
export function abandonedFailure(minutes: number): TracedError {
  const error = new Error(`the task was abandoned: no worker has updated it for ${minutes} minutes`);
  return wrapErrorWithTrace(error, { code: 'abandoned' });
}
