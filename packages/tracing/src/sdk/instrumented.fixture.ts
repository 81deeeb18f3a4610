// For tests: the mesh's instrumentations and its span processor of conventions in this process, spans in memory. Import what is to
// be patched dynamically, after this has started.
import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { meshPropagator } from '../context/propagator.ts';
import { ChannelContextManager } from './context-manager.ts';
import { conventionsProcessor } from './conventions.ts';
import { instrumentations } from './instrumentations.ts';

export interface Instrumented {
  /** Every ended span, oldest first. */
  spans(): ReadableSpan[];
  reset(): void;
}

/** Starts it for the rest of the test file's life. `only` names instrumentations, such as `aws-sdk`. */
export function startInstrumented(...only: string[]): Instrumented {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [conventionsProcessor(), new SimpleSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new ChannelContextManager().enable());
  propagation.setGlobalPropagator(meshPropagator());
  trace.setGlobalTracerProvider(provider);
  // The instrumentations that are made are enabled, so no others are made.
  process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS = only.join();
  for (const instrumentation of instrumentations()) {
    instrumentation.setTracerProvider(provider);
    instrumentation.enable();
  }
  return { spans: () => exporter.getFinishedSpans(), reset: () => exporter.reset() };
}
