// InvokeModel speaks each model's own language; the double knows Anthropic's and Amazon Nova's.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
import { z } from 'zod';
import { BedrockError } from '../errors.ts';
import { sendJson } from '../exchange.ts';
import { countTokens, type Reply, replyTo } from '../reply.ts';
import { latencyOf, type ModelCall } from './operation.ts';
import { parseRequest } from './parse-request.ts';

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

/** `POST /model/{modelId}/invoke`. Throws ValidationException for a model family that the double does not know. */
export function invokeModel(call: ModelCall): void {
  const { reply, inputTokens, body } = speak(call);
  sendJson(call.res, 200, body, {
    'x-amzn-bedrock-input-token-count': String(inputTokens),
    'x-amzn-bedrock-output-token-count': String(reply.outputTokens),
    'x-amzn-bedrock-invocation-latency': String(latencyOf(call)),
  });
}

function speak(call: ModelCall): { reply: Reply; inputTokens: number; body: object } {
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

function anthropicMessage(model: string, reply: Reply, inputTokens: number): object {
  return {
    id: `msg_bdrk_${countTokens(reply.text)}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: reply.text }],
    stop_reason: reply.stopReason,
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: reply.outputTokens },
  };
}

function novaMessage(reply: Reply, inputTokens: number): object {
  const totalTokens = inputTokens + reply.outputTokens;
  return {
    output: { message: { role: 'assistant', content: [{ text: reply.text }] } },
    stopReason: reply.stopReason,
    usage: { inputTokens, outputTokens: reply.outputTokens, totalTokens },
  };
}
