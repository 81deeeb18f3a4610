// What the stock instrumentation leaves out of a Bedrock span: the operation of InvokeModel, cache tokens, the cost, the
// model that answered, and an end where it forgets one. Its hooks; see sdk/instrumentations.ts.
import type { Attributes, Span } from '@opentelemetry/api';
import { countModelCost } from '../sdk/metrics.ts';
import { ATTR_MESH_COST_MICRO_USD, ATTR_MESH_COST_USD } from '../spans/attributes.ts';
import { markRecorded } from '../spans/span.ts';
import { costMicroUsd } from './cost.ts';
import { readInvocation, type TokenUsage, usageOf } from './usage.ts';

/** A call as the instrumentation normalises it. */
export interface BedrockRequest {
  serviceName: string;
  commandName: string;
  commandInput: { modelId?: unknown; body?: unknown };
}

const MODEL_COMMANDS = ['Converse', 'ConverseStream', 'InvokeModel'];

const isModelCall = (request: BedrockRequest): boolean =>
  request.serviceName === 'BedrockRuntime' && MODEL_COMMANDS.includes(request.commandName);

const modelOf = (request: BedrockRequest): string => String(request.commandInput.modelId ?? 'unknown');

/** Before the call: every way of asking a model is a `chat`, by name and by attribute. */
export function nameModelCall(span: Span, request: BedrockRequest): void {
  if (!isModelCall(request)) return;
  span.updateName(`chat ${modelOf(request)}`);
  span.setAttribute('gen_ai.operation.name', 'chat');
  if (request.commandName === 'ConverseStream') span.setAttribute('gen_ai.request.stream', true);
  const maxTokens = maxTokensOf(request.commandInput.body);
  if (maxTokens !== undefined) span.setAttribute('gen_ai.request.max_tokens', maxTokens);
}

/** Upstream looks for Nova's limit under a name that Nova's own documentation no longer has. */
function maxTokensOf(body: unknown): number | undefined {
  if (typeof body !== 'string') return undefined;
  const limit = /"maxTokens":(\d{1,9})/.exec(body)?.[1];
  return limit === undefined ? undefined : Number(limit);
}

/** After the answer, but not of a stream: its usage comes last, and `bedrock/stream.ts` sees it pass. */
export function recordAnswer(span: Span, response: { request: BedrockRequest; data?: unknown }): void {
  if (!isModelCall(response.request)) return;
  const model = modelOf(response.request);
  const data = response.data as { usage?: unknown; body?: unknown } | undefined;
  const body = data?.body instanceof Uint8Array ? new TextDecoder().decode(data.body) : undefined;
  const invocation = body === undefined ? undefined : readInvocation(body);
  span.setAttribute('gen_ai.response.model', invocation?.model ?? model);
  const usage = invocation?.usage ?? usageOf(data?.usage);
  if (usage) recordUsage(span, model, usage);
}

/** After a failure: it is recorded already, and a stream that never began is over (upstream waits for its end). */
export function recordRefusal(span: Span, request: BedrockRequest, error: unknown): void {
  if (error instanceof Error) span.setAttribute('error.type', error.name);
  markRecorded(error, span.spanContext());
  if (isModelCall(request) && request.commandName === 'ConverseStream') span.end();
}

/** What a call took and cost: on its span, where there is one, and in the metric. */
export function recordUsage(span: Span | undefined, model: string, usage: TokenUsage): void {
  const cost = costMicroUsd(model, usage);
  if (cost !== undefined) countModelCost(model, cost);
  span?.setAttributes({
    ...tokenAttributes(usage),
    ...(cost !== undefined && { [ATTR_MESH_COST_MICRO_USD]: cost, [ATTR_MESH_COST_USD]: cost / 1_000_000 }),
  });
}

/** The conventions count cached tokens as input too; Bedrock does not. */
function tokenAttributes(usage: TokenUsage): Attributes {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage;
  return {
    'gen_ai.usage.input_tokens': inputTokens + (cacheReadInputTokens ?? 0) + (cacheWriteInputTokens ?? 0),
    'gen_ai.usage.output_tokens': outputTokens,
    ...(cacheReadInputTokens !== undefined && {
      'gen_ai.usage.cache_read.input_tokens': cacheReadInputTokens,
    }),
    ...(cacheWriteInputTokens !== undefined && {
      'gen_ai.usage.cache_creation.input_tokens': cacheWriteInputTokens,
    }),
  };
}
