// A streamed response whose span ends with it, in every case, with usage, cost and finish reason.
import { context, createContextKey, type Span } from '@opentelemetry/api';
import { ATTR_MESH_STREAM_ABANDONED } from '../spans/attributes.ts';
import { recordError } from '../spans/span.ts';
import { jsonOf } from './invocation.ts';
import { type BedrockRequest, modelOf, recordFinish, recordUsage } from './spans.ts';
import { TokenCounter } from './usage.ts';

// The parts of the SDK's events that are read here: the preload must not depend on the SDK, nor on its types.
interface ConverseEvent {
  messageStop?: object;
  metadata?: { usage?: object };
}
interface ChunkEvent {
  chunk?: { bytes?: Uint8Array };
}

/** The signal of `converseStream`'s call: after an abort, the SDK ends the stream as if it were complete. */
export const STREAM_SIGNAL = createContextKey('trace-mesh.stream-signal');

/** The unchanged events of ConverseStream; `finish` receives the usage of a stream that was read to its end. */
export function watchEvents(
  stream: unknown,
  span: Span,
  request: BedrockRequest,
  finish: (usage: unknown) => void,
): AsyncIterable<ConverseEvent> | undefined {
  let usage: unknown;
  const read = ({ messageStop, metadata }: ConverseEvent, counter: TokenCounter) => {
    recordFinish(span, messageStop);
    if (!metadata) return;
    usage = metadata.usage;
    counter.add(metadata);
  };
  return watch(stream, span, request, read, () => finish(usage));
}

/** The unchanged chunks of InvokeModelWithResponseStream. */
export function watchChunks(
  stream: unknown,
  span: Span,
  request: BedrockRequest,
): AsyncIterable<ChunkEvent> | undefined {
  const read = ({ chunk }: ChunkEvent, counter: TokenCounter) => {
    const piece = jsonOf(chunk?.bytes);
    counter.add(piece);
    recordFinish(span, piece);
  };
  return watch(stream, span, request, read, () => undefined);
}

function watch<E>(
  stream: unknown,
  span: Span,
  request: BedrockRequest,
  read: (event: E, counter: TokenCounter) => void,
  finish: () => void,
): AsyncIterable<E> | undefined {
  if (!stream) {
    span.end();
    return undefined;
  }
  const signal = context.active().getValue(STREAM_SIGNAL) as AbortSignal | undefined;
  const counter = new TokenCounter();
  span.setAttribute('gen_ai.response.model', modelOf(request));
  async function* events(): AsyncGenerator<E> {
    let complete = false;
    try {
      for await (const event of stream as AsyncIterable<E>) {
        if (signal?.aborted) return;
        read(event, counter);
        yield event;
      }
      complete = !signal?.aborted;
      if (complete) finish();
    } catch (error) {
      complete = true;
      recordError(span, error);
      throw error;
    } finally {
      recordUsage(span, request, counter.usage());
      if (!complete) span.setAttributes({ [ATTR_MESH_STREAM_ABANDONED]: true, 'error.type': 'abandoned' });
      span.end();
    }
  }
  return events();
}
