// A streamed model response that is aborted when its reader leaves.
import type { BedrockRuntimeClient, ConverseStreamCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { type ModelStream, converseStream as tracedStream } from '@trace-mesh/tracing/bedrock-stream';

/**
 * Sends ConverseStream. Aborting `signal`, or leaving the loop over the events, aborts the call, so the model stops; the SDK
 * alone reads on after a `break`. After an abort the iteration ends without an error: check the signal after the loop.
 * Rejects with the SDK's exception.
 */
export async function converseStream(
  bedrock: BedrockRuntimeClient,
  input: ConverseStreamCommandInput,
  signal: AbortSignal,
): Promise<ModelStream> {
  const left = new AbortController();
  const events = await tracedStream(bedrock, input, AbortSignal.any([signal, left.signal]));
  return {
    async *[Symbol.asyncIterator]() {
      try {
        yield* events;
      } finally {
        left.abort();
      }
    },
  };
}
