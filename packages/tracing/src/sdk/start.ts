// Starts the SDK of this process: the part of `NodeSDK` that the mesh uses. `NodeSDK` itself loads every exporter of every signal, its
// YAML configuration and gRPC (95 ms, 12 MB), so it is loaded where a variable requests what only it reads. decisions/038
import type { ContextManager, MeterProvider, TextMapPropagator } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { IMetricReader, MeterProviderOptions, ViewOptions } from '@opentelemetry/sdk-metrics';
import { type Sampler, type SpanLimits, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { loadSdk } from './cjs.ts';
import { detectors, detectResource } from './resource.ts';

/** In the form of the configuration of `NodeSDK`. */
interface Configuration {
  contextManager: ContextManager;
  instrumentations: Instrumentation[];
  textMapPropagator: TextMapPropagator;
  spanLimits: SpanLimits;
  /** Makes the processors, whose metrics go to `meters`; without it where `NodeSDK` makes the readers. */
  spanProcessors: (meters?: MeterProvider) => SpanProcessor[];
  views: ViewOptions[];
  sampler?: Sampler;
  metricReaders?: IMetricReader[];
}

type Shutdown = () => Promise<void>;

/** The defaults of `register` for what the start below does not read from the environment. */
const DEFAULTS: Record<string, readonly string[]> = {
  OTEL_LOGS_EXPORTER: ['none'],
  OTEL_METRICS_EXPORTER: ['prometheus', 'none'],
  OTEL_NODE_RESOURCE_DETECTORS: [],
  OTEL_TRACES_SAMPLER: ['mesh_edge'],
};

/** Variables that only `NodeSDK` reads. */
const ONLY_NODE_SDK = /^OTEL_(LOG_LEVEL|NODE_EXPERIMENTAL_SDK_METRICS|(SPAN_)?\w*_LIMIT)$/;

/** Whether a variable of `env` requests what only `NodeSDK` reads; an empty one is unset. */
export const needsNodeSdk = (env: NodeJS.ProcessEnv): boolean =>
  Object.entries(env).some(
    ([name, value = '']) =>
      value !== '' && (ONLY_NODE_SDK.test(name) || DEFAULTS[name]?.includes(value) === false),
  );

/** Starts traces, metrics and instrumentations, and returns the function that exports what is left and stops them. */
export function startSdk(env: NodeJS.ProcessEnv, configuration: Configuration): Shutdown {
  if (!needsNodeSdk(env)) return start(configuration);
  const { NodeSDK } = loadSdk('sdk-node');
  const sdk = new NodeSDK({
    ...configuration,
    spanProcessors: configuration.spanProcessors(),
    ...(!env.OTEL_NODE_RESOURCE_DETECTORS && { resourceDetectors: detectors }),
  });
  sdk.start();
  return () => sdk.shutdown();
}

function start(configuration: Configuration): Shutdown {
  const { contextManager, instrumentations, metricReaders, textMapPropagator, views, ...traces } =
    configuration;
  const { context, metrics, propagation, trace } = loadSdk('api');
  // First: the tracers of instrumentations then find their provider with their first span, so that a tool can replace it until then.
  loadSdk('instrumentation').registerInstrumentations({ instrumentations });
  context.setGlobalContextManager(contextManager.enable());
  propagation.setGlobalPropagator(textMapPropagator);
  const resource = detectResource();
  const meters = metricReaders && newMeterProvider({ resource, views, readers: metricReaders });
  // The provider gets no meters: its metrics would count each span, recorded or not.
  const tracers = new TracerProvider({ resource, ...traces, spanProcessors: traces.spanProcessors(meters) });
  trace.setGlobalTracerProvider(tracers);
  if (!meters) return () => tracers.shutdown();
  metrics.setGlobalMeterProvider(meters);
  for (const instrumentation of instrumentations) instrumentation.setMeterProvider(meters);
  return async () => void (await Promise.all([tracers.shutdown(), meters.shutdown()]));
}

function newMeterProvider(options: MeterProviderOptions) {
  const { MeterProvider } = loadSdk('sdk-metrics');
  return new MeterProvider(options);
}
