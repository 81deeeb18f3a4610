// What to write where context was lost, by `telemetry.sdk.language` of the sender or the receiver.

type Lines = Record<string, string> & { other: string };

/** The sender of a request writes the headers. */
const SEND_REQUEST: Lines = {
  python:
    'instrument the client, as in RequestsInstrumentor().instrument(), or call propagate.inject(headers) before the request',
  go: 'otel.SetTextMapPropagator(propagation.TraceContext{}), and http.Client{Transport: otelhttp.NewTransport(nil)} or grpc.WithStatsHandler(otelgrpc.NewClientHandler()), with the ctx of the caller',
  java: 'OTEL_PROPAGATORS=tracecontext,baggage and the agent, or propagators.getTextMapPropagator().inject(Context.current(), headers, Headers::set)',
  nodejs:
    'propagation.inject(context.active(), headers) before the request, or load the instrumentation before the HTTP library',
  dotnet:
    'AddHttpClientInstrumentation(), or Propagators.DefaultTextMapPropagator.Inject(…) before the request',
  other: 'write the traceparent header of the client span into the request',
};

/** A message needs both ends: the producer writes its context, the consumer reads it. */
const SEND_MESSAGE: Lines = {
  python:
    'instrument both clients, as in KafkaInstrumentor().instrument() or CeleryInstrumentor().instrument() in the worker too; else propagate.inject(headers) and propagate.extract(headers)',
  go: 'otel.GetTextMapPropagator().Inject(ctx, carrier) into the message headers, and ctx = Extract(ctx, carrier) before the consumer starts its span',
  java: 'run the agent on both ends, or inject into record.headers() and start the process span with setParent(extracted)',
  nodejs:
    'propagation.inject(context.active(), headers) on send, and context.with(propagation.extract(ROOT_CONTEXT, headers), …) on receive',
  dotnet:
    'Propagators.DefaultTextMapPropagator.Inject(…) on send, and StartActivity(name, ActivityKind.Consumer, extracted) on receive',
  other:
    'write traceparent into the headers of the message, and start the consumer span in the context that it carries',
};

const pick = (lines: Lines) => (language: string | undefined) => lines[language ?? 'other'] ?? lines.other;

/** How a request gets its context, in a language as `telemetry.sdk.language` has it. */
export const fixRequest = pick(SEND_REQUEST);
/** How a message gets its context, in a language as `telemetry.sdk.language` has it. */
export const fixMessage = pick(SEND_MESSAGE);
