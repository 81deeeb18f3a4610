// A question to the model and its answer, in every mode.
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { TaskMessage } from '@trace-mesh/rest-api/messages';
import type { TokenUsage } from '@trace-mesh/tracing/bedrock-usage';

/** The longest answer, in characters: many times what the largest `maxTokens` of a task can produce. */
export const MAX_ANSWER_LENGTH = 256 * 1024;

/** A longer text is no answer: it would be stored, and sent to every subscriber. */
export const isTooLong = (text: string): boolean => text.length > MAX_ANSWER_LENGTH;

export interface Question extends Pick<TaskMessage, 'prompt' | 'maxTokens' | 'mode'> {
  /** Receives the text so far while it streams; the next piece is read after it has resolved. */
  onText?: (soFar: string) => Promise<void>;
  /** Aborting it ends the call. */
  signal?: AbortSignal;
}

export interface Model {
  /** Rejects with the SDK's exception, a TimeoutError when the model takes too long, or `signal`'s reason. */
  ask(question: Question): Promise<{ text: string; costMicroUsd: number }>;
}

/** One mode's call of Bedrock. */
export type CallModel = (
  bedrock: BedrockRuntimeClient,
  modelId: string,
  question: Question,
  signal: AbortSignal,
) => Promise<{ text: string | undefined; usage: TokenUsage | undefined }>;
