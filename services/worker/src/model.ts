// Calls the model in the task's mode. The instrumentation makes the span with its tokens; tracing's bedrock/spans.ts adds
// the cost, from the same price table.
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { startDeadline } from '@trace-mesh/runtime/deadline';
import { costMicroUsd, priceOf } from '@trace-mesh/tracing/bedrock-cost';
import { traceRetries } from '@trace-mesh/tracing/bedrock-retries';
import { converse } from './model-converse.ts';
import { invoke } from './model-invoke.ts';
import { stream } from './model-stream.ts';
import { type CallModel, isTooLong, MAX_ANSWER_LENGTH, type Model, type Question } from './question.ts';

/** How long one answer may take, in ms, including retries. */
const MODEL_TIMEOUT_MS = 25_000;
/** By default the client opens an HTTP/2 connection for each call. An idle connection closes after `sessionTimeout`, in ms. */
const CONNECTIONS = { disableConcurrentStreams: false, sessionTimeout: 60_000 };

const MODES: Record<Question['mode'], CallModel> = { converse, stream, invoke };

/** Opens Bedrock Runtime for one model. Throws for a model without a price, because it could not be charged. */
export function openModel(
  modelId: string,
  endpoint: string | undefined,
  timeoutMs = MODEL_TIMEOUT_MS,
): Model & Disposable {
  if (!priceOf(modelId)) throw new Error(`BEDROCK_MODEL: no price for ${modelId} (add one to MODEL_PRICES)`);
  const client = new BedrockRuntimeClient({ requestHandler: CONNECTIONS, ...(endpoint && { endpoint }) });
  const bedrock = traceRetries(client);
  return {
    async ask(question) {
      const { signal } = startDeadline(timeoutMs, question.signal);
      const asking = MODES[question.mode](bedrock, modelId, question, signal);
      const { text, usage } = await asking.catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
      // An aborted stream ends without an error; the result is the same as for an aborted call.
      signal.throwIfAborted();
      if (text && isTooLong(text))
        throw new Error(`the model's answer is longer than ${MAX_ANSWER_LENGTH} characters`);
      if (!text || !usage) throw new Error('the model answered without text or usage');
      const cost = costMicroUsd(modelId, usage);
      if (cost === undefined)
        throw new Error(`no price for this call of ${modelId} (add one to MODEL_PRICES)`);
      return { text: storable(text), costMicroUsd: cost };
    },
    [Symbol.dispose]: () => bedrock.destroy(),
  };
}

/** Replaces what Postgres cannot store, NUL and lone surrogates, so that a paid answer is not lost. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');
