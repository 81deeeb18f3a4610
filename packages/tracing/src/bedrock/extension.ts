// The AWS instrumentation's part for Bedrock Runtime, replaced where it throws into the call (an InvokeModel body that is bytes, a
// response that is not JSON), miscounts, or leaves a span open: decisions/025-bedrock-extension.md.
import { type Attributes, diag, type Span } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type BedrockRequest, invocationSpan, recordConverse, recordInvocation } from './spans.ts';
import { watchChunks, watchEvents } from './watch.ts';

interface Metadata {
  isIncoming: boolean;
  isStream?: boolean;
  spanName?: string;
  spanAttributes?: Attributes;
}

interface Response {
  request: BedrockRequest;
  data: unknown;
}

/** The interface of the instrumentation's parts, one for each AWS service; the arguments that are not named here are passed on. */
interface Extension {
  updateMetricInstruments?(...args: unknown[]): void;
  requestPreSpanHook(request: BedrockRequest, ...args: unknown[]): Metadata;
  requestPostSpanHook?(request: BedrockRequest): void;
  responseHook?(response: Response, span: Span, ...args: unknown[]): unknown;
}

/** The instrumentation's own part for Bedrock Runtime. */
export interface StockExtension extends Extension {
  setUsage(response: Response, span: Span, usage: unknown, startTime: unknown): void;
}

/** Replaces the part for Bedrock, and keeps every part from throwing into a call. */
export function patchAws(instrumentation: Instrumentation): void {
  const { servicesExtensions: all } = instrumentation as unknown as {
    servicesExtensions: Required<Extension> & { services: Map<string, Extension> };
  };
  all.services.set('BedrockRuntime', bedrock(all.services.get('BedrockRuntime') as StockExtension));
  const { requestPreSpanHook, requestPostSpanHook, responseHook } = all;
  all.requestPreSpanHook = (...args) =>
    guarded(() => requestPreSpanHook.apply(all, args)) ?? { isIncoming: false };
  all.requestPostSpanHook = (...args) => guarded(() => requestPostSpanHook.apply(all, args));
  all.responseHook = (...args) => guarded(() => responseHook.apply(all, args));
}

/** What `hook` returns; undefined, after a line in the SDK's own log, where it throws. */
function guarded<T>(hook: () => T): T | undefined {
  try {
    return hook();
  } catch (error) {
    diag.error('the AWS instrumentation could not read a call', error);
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

  /** Returns what the caller receives instead of the SDK's response, if anything. */
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
