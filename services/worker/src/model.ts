// The model call. The instrumentation makes its span, with tokens; the price table adds the cost.
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { costMicroUsd, priceOf } from '@trace-mesh/tracing/bedrock-cost';

export interface Answer {
  text: string;
  costMicroUsd: number;
}

export interface Model {
  /** One prompt, one answer, of at most `maxTokens` tokens. Rejects with the SDK's exception. */
  ask(prompt: string, maxTokens: number): Promise<Answer>;
}

/** Opens Bedrock Runtime for one model. Throws for a model whose price nobody wrote down: it could not be charged. */
export function openModel(modelId: string, endpoint: string | undefined): Model & Disposable {
  if (!priceOf(modelId)) throw new Error(`BEDROCK_MODEL: the price of ${modelId} is not known`);
  const bedrock = new BedrockRuntimeClient(endpoint ? { endpoint } : {});
  return {
    async ask(prompt, maxTokens) {
      const { output, usage } = await bedrock.send(
        new ConverseCommand({
          modelId,
          messages: [{ role: 'user', content: [{ text: prompt }] }],
          inferenceConfig: { maxTokens },
        }),
      );
      const text = output?.message?.content?.map((block) => block.text ?? '').join('');
      const { inputTokens, outputTokens } = usage ?? {};
      if (!text || inputTokens === undefined || outputTokens === undefined) {
        throw new Error('the model answered without text or without usage');
      }
      return { text, costMicroUsd: costMicroUsd(modelId, { inputTokens, outputTokens }) ?? 0 };
    },
    [Symbol.dispose]: () => bedrock.destroy(),
  };
}
