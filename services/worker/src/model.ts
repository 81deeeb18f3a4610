// Asking the model, in the way that the task wants. The instrumentation makes the span, with tokens; the price table adds
// the cost, on the span (bedrock/spans.ts in tracing) and to the bill (here).
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { costMicroUsd, priceOf } from '@trace-mesh/tracing/bedrock-cost';
import { traceRetries } from '@trace-mesh/tracing/bedrock-retries';
import { converse } from './model-converse.ts';
import { invoke } from './model-invoke.ts';
import { stream } from './model-stream.ts';
import { type CallModel, isTooLong, type Model, type Question } from './question.ts';

/** How long one answer may take, in ms, its retries included; then the call is aborted, and the task delivered again. */
const MODEL_TIMEOUT_MS = 25_000;

const WAYS: Record<Question['mode'], CallModel> = { converse, stream, invoke };

/** Opens Bedrock Runtime for one model. Throws for a model whose price nobody wrote down: it could not be charged. */
export function openModel(
  modelId: string,
  endpoint: string | undefined,
  timeoutMs = MODEL_TIMEOUT_MS,
): Model & Disposable {
  if (!priceOf(modelId)) throw new Error(`BEDROCK_MODEL: the price of ${modelId} is not known`);
  const bedrock = traceRetries(new BedrockRuntimeClient(endpoint ? { endpoint } : {}));
  return {
    async ask(question) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = question.signal ? AbortSignal.any([timeout, question.signal]) : timeout;
      const asking = WAYS[question.mode](bedrock, modelId, question, signal);
      const { text, usage } = await asking.catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
      // A stream and a call end differently when they are aborted; the task hears the same of both.
      signal.throwIfAborted();
      if (text && isTooLong(text)) throw new Error('the model answered with more text than there can be');
      if (!text || !usage) throw new Error('the model answered without text or without usage');
      const cost = costMicroUsd(modelId, usage);
      if (cost === undefined)
        throw new Error(`no price for this call of ${modelId} (add one to MODEL_PRICES)`);
      return { text: storable(text), costMicroUsd: cost };
    },
    [Symbol.dispose]: () => bedrock.destroy(),
  };
}

/** Postgres takes no NUL in a text, and half a character is none: an answer that was paid for is not lost for either. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');
