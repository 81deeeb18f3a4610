import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { usageOf } from '@trace-mesh/tracing/bedrock-usage';
import type { CallModel, Question } from './question.ts';

export const converse: CallModel = async (bedrock, modelId, question, abortSignal) => {
  const command = new ConverseCommand({ modelId, ...conversation(question) });
  const { output, usage } = await bedrock.send(command, { abortSignal });
  return { text: output?.message?.content?.map((block) => block.text ?? '').join(''), usage: usageOf(usage) };
};

/** The input of Converse and ConverseStream. */
export function conversation({ prompt, maxTokens }: Question) {
  return {
    messages: [{ role: 'user' as const, content: [{ text: prompt }] }],
    inferenceConfig: { maxTokens },
  };
}
