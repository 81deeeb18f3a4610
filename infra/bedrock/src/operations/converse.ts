// Converse and ConverseStream, which take the same request and bill the same usage.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { encodeEvent } from '../event-stream.ts';
import { parseRequest, sendJson, writePiece } from '../exchange.ts';
import { countTokens, type Reply, replyTo } from '../reply.ts';
import { latencyOf, type ModelCall } from './operation.ts';

const Block = z.looseObject({ text: z.string().optional(), cachePoint: z.looseObject({}).optional() });
const ConverseRequest = z.looseObject({
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.array(Block).min(1) }))
    .min(1),
  system: z.array(Block).default([]),
  inferenceConfig: z.looseObject({ maxTokens: z.int().min(1).optional() }).default({}),
});

/** `POST /model/{modelId}/converse`. Throws a ValidationException for a request that Bedrock would refuse. */
export function converse(call: ModelCall): void {
  const { reply, usage } = answer(call);
  sendJson(call.res, 200, {
    output: { message: { role: 'assistant', content: [{ text: reply.text }] } },
    stopReason: reply.stopReason,
    usage,
    metrics: { latencyMs: latencyOf(call) },
  });
}

/** `POST /model/{modelId}/converse-stream`: one event for each word, the usage last. Throws AbortError when the caller leaves. */
export async function converseStream(call: ModelCall): Promise<void> {
  const { reply, usage } = answer(call);
  call.res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  for (const [name, payload] of events(reply, usage, call)) {
    await writePiece(call.res, encodeEvent(name, payload), call.left);
    if (call.behaviour.chunkDelayMs > 0) {
      await sleep(call.behaviour.chunkDelayMs, undefined, { signal: call.left });
    }
  }
  call.res.end();
}

function* events(reply: Reply, usage: object, call: ModelCall): Generator<[string, object]> {
  yield ['messageStart', { role: 'assistant' }];
  for (const text of reply.text.match(/\S+\s*/g) ?? []) {
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text } }];
  }
  yield ['contentBlockStop', { contentBlockIndex: 0 }];
  yield ['messageStop', { stopReason: reply.stopReason }];
  yield ['metadata', { usage, metrics: { latencyMs: latencyOf(call) } }];
}

/** The reply to the last message, with its usage. */
function answer({ modelId, body, cache }: ModelCall): { reply: Reply; usage: object } {
  const request = parseRequest(ConverseRequest, body);
  const blocks = [...request.system, ...request.messages.flatMap((message) => message.content)];
  const cacheEnd = blocks.findLastIndex((block) => block.cachePoint !== undefined) + 1;
  const cached = cache.use(modelId, textOf(blocks.slice(0, cacheEnd)));
  const reply = replyTo(textOf(request.messages.at(-1)?.content ?? []), request.inferenceConfig.maxTokens);
  const { outputTokens } = reply;
  const inputTokens = countTokens(textOf(blocks.slice(cacheEnd)));
  const totalTokens = inputTokens + outputTokens + cached.cacheReadInputTokens + cached.cacheWriteInputTokens;
  return { reply, usage: { inputTokens, outputTokens, totalTokens, ...cached } };
}

const textOf = (blocks: readonly z.infer<typeof Block>[]): string =>
  blocks
    .map((block) => block.text ?? '')
    .join('\n')
    .trim();
