// InvokeModel: each model family has its own request format.
import { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { readInvocation } from '@trace-mesh/tracing/bedrock-usage';
import { conversation } from './model-converse.ts';
import type { CallModel, Question } from './question.ts';

export const invoke: CallModel = async (bedrock, modelId, question, abortSignal) => {
  const body = JSON.stringify(modelId.includes('anthropic.') ? anthropic(question) : conversation(question));
  const command = new InvokeModelCommand({ modelId, contentType: 'application/json', body });
  const response = await bedrock.send(command, { abortSignal });
  const { text, usage } = readInvocation(response.body.transformToString()) ?? {};
  return { text, usage };
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html */
function anthropic({ prompt, maxTokens }: Question) {
  return {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: maxTokens,
    messages: [{ role: 'user', content: prompt }],
  };
}
