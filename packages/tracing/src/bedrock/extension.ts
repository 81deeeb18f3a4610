// Replaces the AWS instrumentation's extension for Bedrock Runtime where it throws into the call (an InvokeModel body of bytes, a
// response that is not JSON), miscounts, or leaves a span open: decisions/025-bedrock-extension.md.
import { diag, type Span } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type AwsInstrumentation, type Extension, type Response, traceClients } from './middleware.ts';
import { type BedrockRequest, invocationSpan, recordConverse, recordInvocation } from './spans.ts';
import { watchChunks, watchEvents } from './watch.ts';

/** The instrumentation's extension for Bedrock Runtime. */
interface StockExtension extends Extension {
  setUsage(response: Response, span: Span, usage: unknown, startTime: unknown): void;
}

/** Replaces what makes the spans and the extension for Bedrock, and keeps every extension from throwing into a call. */
export function patchAws(instrumentation: Instrumentation): void {
  const aws = instrumentation as unknown as AwsInstrumentation;
  traceClients(aws);
  const { servicesExtensions: all } = aws;
  all.services.set('BedrockRuntime', bedrock(all.services.get('BedrockRuntime') as StockExtension));
  const { requestPreSpanHook, requestPostSpanHook, responseHook } = all;
  all.requestPreSpanHook = (...args) =>
    guarded(() => requestPreSpanHook.apply(all, args)) ?? { isIncoming: false };
  all.requestPostSpanHook = (...args) => guarded(() => requestPostSpanHook.apply(all, args));
  all.responseHook = (...args) => guarded(() => responseHook.apply(all, args));
}

/** What `hook` returns, or undefined if it throws, which is logged by the SDK's logger. */
function guarded<T>(hook: () => T): T | undefined {
  try {
    return hook();
  } catch (error) {
    diag.error('reading an AWS call failed', error);
    return undefined;
  }
}

const bedrock = (stock: StockExtension): Extension => ({
  updateMetricInstruments: (...args) => stock.updateMetricInstruments?.(...args),

  requestPreSpanHook(request, ...args) {
    const isStream = /Stream$/.test(request.commandName);
    if (request.commandName.startsWith('InvokeModel')) {
      const { spanName, spanAttributes } = invocationSpan(request);
      return {
        isIncoming: false,
        isStream,
        spanName,
        spanAttributes: { ...spanAttributes, ...(isStream && STREAMED) },
      };
    }
    const metadata = stock.requestPreSpanHook(request, ...args);
    return isStream ? { ...metadata, spanAttributes: { ...metadata.spanAttributes, ...STREAMED } } : metadata;
  },

  /** Returns the caller's response, if it is not the SDK's. */
  responseHook(response, span, ...args) {
    const { request, data } = response as {
      request: BedrockRequest;
      data: Record<string, unknown> | undefined;
    };
    switch (request.commandName) {
      case 'Converse':
        stock.responseHook?.(response, span, ...args);
        return recordConverse(span, request, data);
      case 'InvokeModel':
        return recordInvocation(span, request, data?.body);
      case 'ConverseStream': {
        const finish = (usage: unknown) => stock.setUsage(response, span, usage, args[2]);
        return { ...data, stream: watchEvents(data?.stream, span, request, finish) };
      }
      case 'InvokeModelWithResponseStream':
        return { ...data, body: watchChunks(data?.body, span, request) };
      default:
        return undefined;
    }
  },
});

const STREAMED = { 'gen_ai.request.stream': true };
