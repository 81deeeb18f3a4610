// Attributes of a Bedrock span: operation, model, tokens and cost.
import type { Attributes, Span } from '@opentelemetry/api';
import { countModelCost } from '../sdk/metrics.ts';
import { ATTR_MESH_COST_MICRO_USD, ATTR_MESH_COST_UNKNOWN, ATTR_MESH_COST_USD } from '../spans/attributes.ts';
import { markRecorded } from '../spans/span.ts';
import { costMicroUsd } from './cost.ts';
import { finishReasonOf, isEmbedding, jsonOf, operationOf, requestAttributes } from './invocation.ts';
import { TokenCounter, type TokenUsage, usageOf } from './usage.ts';

/** A call as the AWS instrumentation normalizes it. */
export interface BedrockRequest {
  serviceName: string;
  commandName: string;
  commandInput: {
    modelId?: unknown;
    body?: unknown;
    serviceTier?: unknown;
    performanceConfig?: unknown;
    performanceConfigLatency?: unknown;
  };
}

export const modelOf = ({ commandInput }: BedrockRequest): string =>
  String(commandInput.modelId ?? 'unknown');

/** Name and attributes of the span of an InvokeModel call, before it is sent. */
export function invocationSpan(request: BedrockRequest): { spanName: string; spanAttributes: Attributes } {
  const model = modelOf(request);
  const operation = operationOf(model);
  return {
    spanName: `${operation} ${model}`,
    spanAttributes: {
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.operation.name': operation,
      'gen_ai.request.model': model,
      ...requestAttributes(request.commandInput.body),
    },
  };
}

/** After the response of Converse. */
export function recordConverse(span: Span, request: BedrockRequest, response: unknown): void {
  span.setAttribute('gen_ai.response.model', modelOf(request));
  recordUsage(span, request, usageOf((response as { usage?: unknown } | undefined)?.usage));
}

/** After the response of InvokeModel. */
export function recordInvocation(span: Span, request: BedrockRequest, body: unknown): void {
  const response = jsonOf(body);
  const model = modelOf(request);
  const named = (response as { model?: unknown } | null | undefined)?.model;
  span.setAttribute('gen_ai.response.model', typeof named === 'string' ? named : model);
  const embeds = operationOf(model) === 'embeddings' || isEmbedding(response);
  if (embeds) {
    span.updateName(`embeddings ${model}`);
    span.setAttribute('gen_ai.operation.name', 'embeddings');
  }
  recordFinish(span, response);
  const counter = new TokenCounter();
  counter.add(response);
  recordUsage(span, request, counter.usage(embeds));
}

/** Sets the finish reason, if `response`, whole or a chunk, has one. */
export function recordFinish(span: Span, response: unknown): void {
  const reason = finishReasonOf(response);
  if (reason !== undefined) span.setAttribute('gen_ai.response.finish_reasons', [reason]);
}

/** After a failure, which the instrumentation has recorded. It ends the span of a stream only at the end of the stream, which never began. */
export function recordFailure(span: Span, request: BedrockRequest, error: unknown): void {
  if (error instanceof Error) span.setAttribute('error.type', error.name);
  markRecorded(error, span.spanContext());
  if (request.serviceName === 'BedrockRuntime' && /Stream$/.test(request.commandName)) span.end();
}

/** Sets the tokens and the cost, or why there is no cost, and adds the cost to the metric. */
export function recordUsage(span: Span, request: BedrockRequest, usage: TokenUsage | undefined): void {
  const model = modelOf(request);
  const cost = usage && isStandard(request) ? costMicroUsd(model, usage) : undefined;
  if (usage) span.setAttributes(tokenAttributes(usage));
  if (cost === undefined) {
    span.setAttribute(ATTR_MESH_COST_UNKNOWN, usage ? 'no_price' : 'no_tokens');
  } else {
    countModelCost(model, cost);
    span.setAttributes({ [ATTR_MESH_COST_MICRO_USD]: cost, [ATTR_MESH_COST_USD]: cost / 1_000_000 });
  }
}

/** Whether the table's prices apply: other tiers and optimized latency have other prices. */
function isStandard({
  commandInput: { serviceTier, performanceConfig, performanceConfigLatency },
}: BedrockRequest) {
  const tier = (serviceTier as { type?: unknown } | undefined)?.type ?? serviceTier ?? 'default';
  const latency =
    (performanceConfig as { latency?: unknown } | undefined)?.latency ??
    performanceConfigLatency ??
    'standard';
  return tier === 'default' && latency === 'standard';
}

/** In the conventions input includes cached tokens; in Bedrock's counts it does not. */
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
