// For tests: the SDK in this process, with the mesh's propagators, and its spans in memory.
import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { meshPropagator } from './context/propagator.ts';
import { ChannelContextManager } from './sdk/context-manager.ts';
import { conventionsProcessor } from './sdk/conventions.ts';

/** Replaces the patches of the gRPC instrumentation, as `register` does. */
export { patchGrpc } from './grpc/patch.ts';

/** Tracing whose spans stay in memory. */
export interface TestTracing extends AsyncDisposable {
  /** The ended spans of this name, oldest first. */
  spans(name: string): ReadableSpan[];
  reset(): void;
}

/** Starts tracing without instrumentations; dispose it before another test file's SDK starts. */
export function startTestTracing(): TestTracing {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [conventionsProcessor(), new SimpleSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new ChannelContextManager().enable());
  propagation.setGlobalPropagator(meshPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    spans: (name) => exporter.getFinishedSpans().filter((span) => span.name === name),
    reset: () => exporter.reset(),
    async [Symbol.asyncDispose]() {
      await provider.shutdown();
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}
