// InvokeModel has a format for each model family; the double has Anthropic's and Amazon Nova's.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
import { z } from 'zod';
import { BedrockError } from '../errors.ts';
import { parseRequest, sendJson } from '../exchange.ts';
import { countTokens, type Reply, replyTo } from '../reply.ts';
import { latencyOf, type ModelCall } from './operation.ts';

const Text = z.looseObject({ text: z.string().default('') });
const Messages = z
  .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Text)]) }))
  .min(1);
const AnthropicRequest = z.looseObject({
  anthropic_version: z.literal('bedrock-2023-05-31'),
  max_tokens: z.int().min(1),
  messages: Messages,
});
const NovaRequest = z.looseObject({
  messages: Messages,
  inferenceConfig: z.looseObject({ maxTokens: z.int().min(1).optional() }).default({}),
});

/** `POST /model/{modelId}/invoke`. Throws a ValidationException for a model family that the double does not have. */
export function invokeModel(call: ModelCall): void {
  const { reply, inputTokens, body } = answer(call);
  sendJson(call.res, 200, body, {
    'x-amzn-bedrock-input-token-count': String(inputTokens),
    'x-amzn-bedrock-output-token-count': String(reply.outputTokens),
    'x-amzn-bedrock-invocation-latency': String(latencyOf(call)),
  });
}

function answer(call: ModelCall): { reply: Reply; inputTokens: number; body: object } {
  if (call.modelId.includes('anthropic.')) {
    const request = parseRequest(AnthropicRequest, call.body);
    const { prompt, inputTokens } = read(request.messages);
    const reply = replyTo(prompt, request.max_tokens);
    return { reply, inputTokens, body: anthropicMessage(call.modelId, reply, inputTokens) };
  }
  if (call.modelId.includes('amazon.nova')) {
    const request = parseRequest(NovaRequest, call.body);
    const { prompt, inputTokens } = read(request.messages);
    const reply = replyTo(prompt, request.inferenceConfig.maxTokens);
    return { reply, inputTokens, body: novaMessage(reply, inputTokens) };
  }
  throw new BedrockError(
    'ValidationException',
    `The provided model identifier is invalid: ${call.modelId}. InvokeModel here knows anthropic.* and amazon.nova*.`,
  );
}

function read(messages: z.infer<typeof Messages>): { prompt: string; inputTokens: number } {
  const texts = messages.map(({ content }) =>
    typeof content === 'string' ? content : content.map((part) => part.text).join('\n'),
  );
  return { prompt: texts.at(-1) ?? '', inputTokens: countTokens(texts.join('\n')) };
}

const anthropicMessage = (model: string, { text, stopReason, outputTokens }: Reply, inputTokens: number) => ({
  id: `msg_bdrk_${countTokens(text)}`,
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text }],
  stop_reason: stopReason,
  stop_sequence: null,
  usage: { input_tokens: inputTokens, output_tokens: outputTokens },
});

const novaMessage = ({ text, stopReason, outputTokens }: Reply, inputTokens: number) => ({
  output: { message: { role: 'assistant', content: [{ text }] } },
  stopReason,
  usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
});
