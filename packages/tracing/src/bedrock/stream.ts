// A model's stream whose span always ends. Upstream ends it when somebody reads to the end; a caller that leaves before
// has to be seen, its call aborted and its span marked.
import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { type Span, trace } from '@opentelemetry/api';
import { ATTR_MESH_STREAM_ABANDONED } from '../spans/attributes.ts';
import { recordError } from '../spans/span.ts';
import { recordUsage } from './spans.ts';
import { usageOf } from './usage.ts';

/** The events of an answer, as they come. */
export type ModelStream = AsyncIterable<ConverseStreamOutput>;

/**
 * Starts ConverseStream. Aborting `signal`, which the caller must own, ends call, stream and span at once; the iteration
 * then simply ends, as the SDK's own does, so look at the signal after it. Rejects with the SDK's exception.
 */
export async function converseStream(
  bedrock: BedrockRuntimeClient,
  input: ConverseStreamCommandInput,
  signal: AbortSignal,
): Promise<ModelStream> {
  const left = new AbortController();
  const over = AbortSignal.any([signal, left.signal]);
  const command = new ConverseStreamCommand(input);
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const stream = (result.output as { stream?: ModelStream }).stream;
      // Inside the instrumentation's own wrapper, where its span is the active one.
      const watched =
        stream && watch(stream, input.modelId ?? '', trace.getActiveSpan(), signal, () => left.abort());
      return { ...result, output: { ...result.output, stream: watched } };
    },
    { name: 'watchStream', step: 'initialize' },
  );
  const { stream } = await bedrock.send(command, { abortSignal: over });
  if (!stream) throw new Error('the model answered without a stream');
  const iterator = stream[Symbol.asyncIterator]();
  // Nobody may be reading: one more turn lets every wrapper see that the end has come.
  signal.addEventListener('abort', () => void iterator.next().catch(() => undefined), { once: true });
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* watch(
  stream: ModelStream,
  model: string,
  span: Span | undefined,
  signal: AbortSignal,
  leave: () => void,
): AsyncGenerator<ConverseStreamOutput> {
  let complete = false;
  span?.setAttribute('gen_ai.response.model', model);
  try {
    for await (const event of untilAborted(stream, signal)) {
      const usage = usageOf(event.metadata?.usage);
      if (usage) recordUsage(span, model, usage);
      yield event;
    }
    complete = !signal.aborted;
  } catch (error) {
    complete = true;
    if (span) recordError(span, error);
    throw error;
  } finally {
    if (!complete) span?.setAttributes({ [ATTR_MESH_STREAM_ABANDONED]: true, 'error.type': 'abandoned' });
    // A reader that breaks out of its loop leaves as much as one that aborts: the model must not go on for nobody.
    if (!complete) leave();
  }
}

/** Ends as soon as `signal` does, even while nothing comes. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    while (!signal.aborted) {
      const next = iterator.next();
      const result = await Promise.race([next, aborted]);
      // What the pending read still brings, or fails with, nobody waits for.
      if (!result) next.catch(() => undefined);
      if (!result || result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    void iterator.return?.().catch(() => undefined);
  }
}
