// What Converse and ConverseStream share: they take the same request and bill the same usage.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { z } from 'zod';
import type { PromptCache } from '../prompt-cache.ts';
import { countTokens, type Reply, replyTo } from '../reply.ts';
import { parseRequest } from './parse-request.ts';

const Block = z.looseObject({ text: z.string().optional(), cachePoint: z.looseObject({}).optional() });
const ConverseRequest = z.looseObject({
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.array(Block).min(1) }))
    .min(1),
  system: z.array(Block).default([]),
  inferenceConfig: z.looseObject({ maxTokens: z.int().min(1).optional() }).default({}),
});

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cacheReadInputTokens: number;
  readonly cacheWriteInputTokens: number;
}

/** The reply to the last message, with its usage. Throws ValidationException on a request that Bedrock would refuse. */
export function answer(modelId: string, body: string, cache: PromptCache): { reply: Reply; usage: Usage } {
  const request = parseRequest(ConverseRequest, body);
  const blocks = [...request.system, ...request.messages.flatMap((message) => message.content)];
  const cacheEnd = blocks.findLastIndex((block) => block.cachePoint !== undefined) + 1;
  const cached = cache.use(modelId, textOf(blocks.slice(0, cacheEnd)));
  const reply = replyTo(textOf(request.messages.at(-1)?.content ?? []), request.inferenceConfig.maxTokens);
  const inputTokens = countTokens(textOf(blocks.slice(cacheEnd)));
  const totalTokens =
    inputTokens + reply.outputTokens + cached.cacheReadInputTokens + cached.cacheWriteInputTokens;
  return { reply, usage: { inputTokens, outputTokens: reply.outputTokens, totalTokens, ...cached } };
}

function textOf(blocks: readonly z.infer<typeof Block>[]): string {
  return blocks
    .map((block) => block.text ?? '')
    .join('\n')
    .trim();
}
