// ConverseStream whose span ends even if the response is not read.
import { addAbortListener } from 'node:events';
import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { context } from '@opentelemetry/api';
import { STREAM_SIGNAL } from './watch.ts';

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
  const send = () => bedrock.send(new ConverseStreamCommand(input), { abortSignal: signal });
  const { stream } = await context.with(context.active().setValue(STREAM_SIGNAL, signal), send);
  if (!stream) throw new Error('the model responded without a stream');
  return endingUnread(stream, signal);
}

/** After an abort one read makes the generators below `stream` end, and with them the span, without a reader. */
function endingUnread<T>(stream: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const aborting = addAbortListener(signal, () => void iterator.next().catch(() => undefined));
  return {
    async *[Symbol.asyncIterator]() {
      using _ = aborting;
      yield* { [Symbol.asyncIterator]: () => iterator };
    },
  };
}
