// A streamed model response whose span always ends. The instrumentation ends the span when the stream is read to its end; a
// reader that leaves earlier, or never begins, would leave it open, and it would never be exported.
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

/** The events of a response, as they arrive. */
export type ModelStream = AsyncIterable<ConverseStreamOutput>;

/**
 * Sends ConverseStream. Aborting `signal` makes the SDK end the call and the iteration, without an error: check the signal after
 * the loop. Leaving the loop ends the span only, while the SDK reads on (`@trace-mesh/runtime/bedrock` aborts). Rejects
 * with the SDK's exception.
 */
export async function converseStream(
  bedrock: BedrockRuntimeClient,
  input: ConverseStreamCommandInput,
  signal: AbortSignal,
): Promise<ModelStream> {
  const command = new ConverseStreamCommand(input);
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const stream = (result.output as { stream?: ModelStream }).stream;
      // Inside the instrumentation's own wrapper, where its span is the active one.
      const watched = stream && watch(stream, input.modelId ?? '', trace.getActiveSpan(), signal);
      return { ...result, output: { ...result.output, stream: watched } };
    },
    { name: 'watchStream', step: 'initialize' },
  );
  const { stream } = await bedrock.send(command, { abortSignal: signal });
  if (!stream) throw new Error('the model answered without a stream');
  return endingUnread(stream, signal);
}

/** One read after an abort makes the generators below `stream` run to their end, and so end the span, without a reader. */
function endingUnread<T>(stream: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const finish = () => void iterator.next().catch(() => undefined);
  signal.addEventListener('abort', finish, { once: true });
  return {
    async *[Symbol.asyncIterator]() {
      try {
        yield* { [Symbol.asyncIterator]: () => iterator };
      } finally {
        signal.removeEventListener('abort', finish);
      }
    },
  };
}

async function* watch(
  stream: ModelStream,
  model: string,
  span: Span | undefined,
  signal: AbortSignal,
): AsyncGenerator<ConverseStreamOutput> {
  let complete = false;
  span?.setAttribute('gen_ai.response.model', model);
  try {
    for await (const event of stream) {
      if (signal.aborted) return;
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
  }
}
