// ConverseStream: the answer in pieces.
import { converseStream } from '@trace-mesh/runtime/bedrock';
import { type TokenUsage, usageOf } from '@trace-mesh/tracing/bedrock-usage';
import { conversation } from './model-converse.ts';
import { type CallModel, isTooLong } from './question.ts';

/** The shortest time between two calls of `onText`, in ms. */
const PROGRESS_INTERVAL_MS = 250;

export const stream: CallModel = async (bedrock, modelId, question, signal) => {
  const { onText = async () => undefined } = question;
  let text = '';
  let usage: TokenUsage | undefined;
  let reportedAt = Number.NEGATIVE_INFINITY;
  for await (const event of await converseStream(bedrock, { modelId, ...conversation(question) }, signal)) {
    usage = usageOf(event.metadata?.usage) ?? usage;
    const piece = event.contentBlockDelta?.delta?.text;
    if (!piece) continue;
    text += piece;
    // Leaving the loop aborts the call and ends its span; the caller refuses the text.
    if (isTooLong(text)) break;
    if (performance.now() - reportedAt < PROGRESS_INTERVAL_MS) continue;
    await onText(text);
    reportedAt = performance.now();
  }
  return { text, usage };
};
