// Attributes of an InvokeModel call: its parameters and finish reason, which each model family names differently.
import type { Attributes } from '@opentelemetry/api';
import { parsedOrUndefined, propertyOf } from '../json.ts';

/** The JSON in the body of a request or response; undefined for malformed JSON, and for a stream, which is not read. */
export function jsonOf(body: unknown): unknown {
  if (typeof body === 'string') return parsedOrUndefined(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return parsedOrUndefined(new TextDecoder().decode(body as Uint8Array));
  }
  return undefined;
}

/** `gen_ai.operation.name` by the model's id. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/embed/, 'embeddings'],
  [/rerank/, 'rerank'],
  [/image|canvas|reel|stability\./, 'generate_content'],
];
export const operationOf = (modelId: string): string =>
  OPERATIONS.find(([pattern]) => pattern.test(modelId))?.[1] ?? 'chat';

/** Whether a response has embeddings: the ARN of an inference profile may not name the model. */
export const isEmbedding = (response: unknown): boolean =>
  ['embedding', 'embeddings'].some((name) => typeof propertyOf(response, name) === 'object');

/** The parameters' names in Anthropic, Mistral and Cohere; Nova; Titan; Llama. */
const PARAMETERS = {
  'gen_ai.request.max_tokens':
    'max_tokens maxTokens max_new_tokens maxTokenCount max_gen_len max_completion_tokens'.split(' '),
  'gen_ai.request.temperature': ['temperature'],
  'gen_ai.request.top_p': ['top_p', 'topP', 'p'],
};
const STOP_SEQUENCES = ['stop_sequences', 'stopSequences', 'stop'];
const FINISH_REASONS = ['stop_reason', 'stopReason', 'finish_reason', 'completionReason'];

export function requestAttributes(body: unknown): Attributes {
  const request = jsonOf(body);
  const places = [
    request,
    propertyOf(request, 'inferenceConfig'),
    propertyOf(request, 'textGenerationConfig'),
  ];
  const attributes: Attributes = { 'gen_ai.request.stop_sequences': read(places, STOP_SEQUENCES, isTexts) };
  for (const [attribute, names] of Object.entries(PARAMETERS))
    attributes[attribute] = read(places, names, isNumber);
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** The finish reason in a response or a chunk of one; undefined without one. */
export function finishReasonOf(response: unknown): string | undefined {
  const first = (name: string) => propertyOf(propertyOf(response, name), '0');
  const inside = ['delta', 'messageStop'].map((name) => propertyOf(response, name));
  return read(
    [response, ...inside, ...['results', 'outputs', 'generations', 'choices'].map(first)],
    FINISH_REASONS,
    isText,
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** The first value for which `is` is true, under one of `names` in one of `places`. */
function read<T>(
  places: readonly unknown[],
  names: readonly string[],
  is: (value: unknown) => value is T,
): T | undefined {
  return places.flatMap((place) => names.map((name) => propertyOf(place, name))).find(is);
}
