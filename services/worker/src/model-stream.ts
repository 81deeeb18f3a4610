// ConverseStream: the answer as it is written. The tracing package sees to it that call and span end when we leave.
import { converseStream } from '@trace-mesh/runtime/bedrock';
import { type TokenUsage, usageOf } from '@trace-mesh/tracing/bedrock-usage';
import { conversation } from './model-converse.ts';
import { type CallModel, isTooLong } from './question.ts';

/** How often what there is so far is told at most, in ms; the first piece is told at once. */
const PROGRESS_INTERVAL_MS = 250;

export const stream: CallModel = async (bedrock, modelId, question, signal) => {
  const { onText = async () => undefined } = question;
  let text = '';
  let usage: TokenUsage | undefined;
  let told = Number.NEGATIVE_INFINITY;
  for await (const event of await converseStream(bedrock, { modelId, ...conversation(question) }, signal)) {
    usage = usageOf(event.metadata?.usage) ?? usage;
    const piece = event.contentBlockDelta?.delta?.text;
    if (!piece) continue;
    text += piece;
    // Leaving the loop aborts the call; who asked refuses what there is.
    if (isTooLong(text)) break;
    if (performance.now() - told < PROGRESS_INTERVAL_MS) continue;
    await onText(text);
    told = performance.now();
  }
  return { text, usage };
};
