// The span of an AWS call, made by one middleware of each client. The instrumentation wraps three methods of every middleware stack that
// a call makes, also where tracing is suppressed. decisions/036-database-and-aws-spans.md
import {
  type Attributes,
  context,
  diag,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { hrTime, isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { type BedrockRequest, recordFailure } from './spans.ts';

/** What an extension knows of the span of a request. */
interface RequestSpan {
  isIncoming: boolean;
  isStream?: boolean;
  spanKind?: SpanKind;
  spanName?: string;
  spanAttributes?: Attributes;
}

export interface Response {
  request: BedrockRequest;
  data: unknown;
  requestId?: string | undefined;
}

/** The interface of the instrumentation's extensions, one for each AWS service. Arguments without a name here are passed on. */
export interface Extension {
  updateMetricInstruments?(...args: unknown[]): void;
  requestPreSpanHook(request: BedrockRequest, ...args: unknown[]): RequestSpan;
  requestPostSpanHook?(request: BedrockRequest): void;
  responseHook?(response: Response, span: Span, ...args: unknown[]): unknown;
}

/** The members of the instrumentation that are used or replaced. */
export interface AwsInstrumentation {
  readonly tracer: Tracer;
  readonly servicesExtensions: Required<Extension> & { services: Map<string, Extension> };
  getConfig(): object;
  _getV3ConstructStackPatch(version: unknown, original: unknown): unknown;
  _getV3SmithyClientSendPatch(version: unknown, original: Send): Send;
}

type Send = (this: Client, ...args: unknown[]) => unknown;
type Handler = (args: { input: BedrockRequest['commandInput'] }) => Promise<{ output?: Output }>;

interface Client {
  config: { serviceId?: string; region?(): Promise<string> };
  middlewareStack: { add(middleware: Middleware, options: object): void };
}

/** Of one command; the names are those of its classes: `SQSClient`, `SendMessageCommand`. */
type Middleware = (next: Handler, names: { clientName?: string; commandName?: string }) => Handler;

interface Metadata {
  requestId?: string | undefined;
  httpStatusCode?: number;
  extendedRequestId?: string | undefined;
}

interface Output {
  $metadata?: Metadata;
}

interface Failure extends Error, Output {
  RequestId?: string;
  extendedRequestId?: string;
}

/** Replaces the instrumentation's patches: each client gets the middleware with its first call. */
export function traceClients(aws: AwsInstrumentation): void {
  const traced = new WeakSet<Client>();
  aws._getV3ConstructStackPatch = (_version, original) => original;
  aws._getV3SmithyClientSendPatch = (_version, original) =>
    function (...args) {
      if (!traced.has(this)) {
        traced.add(this);
        const options = { step: 'initialize', priority: 'high', name: 'traceMeshSpan' };
        this.middlewareStack.add(middlewareOf(aws, this), options);
      }
      return original.apply(this, args);
    };
}

const middlewareOf = (aws: AwsInstrumentation, { config }: Client): Middleware => {
  let region: string | undefined;
  return (next, { clientName = 'AWS', commandName = '' }) => {
    const serviceName = (config.serviceId ?? clientName.replace(/Client$/, '')).replace(/\s+/g, '');
    const names = { serviceName, commandName: commandName.replace(/Command$/, '') };
    const traced: Handler = async (args) => {
      region ??= await regionOf(config);
      return call(aws, { ...names, commandInput: args.input, region }, () => next(args));
    };
    return (args) => (isTracingSuppressed(context.active()) ? next(args) : traced(args));
  };
};

/** Undefined where the client cannot tell, with which its call will fail. */
const regionOf = async (config: Client['config']): Promise<string | undefined> =>
  config.region?.().catch((error: unknown) => {
    diag.debug('reading the region of an AWS client failed', error);
    return undefined;
  });

async function call<T extends { output?: Output }>(
  aws: AwsInstrumentation,
  request: BedrockRequest & { region: string | undefined },
  send: () => Promise<T>,
): Promise<T> {
  const { tracer, servicesExtensions: extensions } = aws;
  const metadata = extensions.requestPreSpanHook(request, aws.getConfig(), diag);
  const startTime = hrTime();
  const span = startSpan(tracer, request, metadata);
  const ctx = trace.setSpan(context.active(), span);
  // Injects the context into the messages of SQS and SNS.
  context.with(ctx, () => extensions.requestPostSpanHook(request));
  try {
    // Its HTTP request would have a second span, and would send the headers out of the mesh.
    const response = await context.with(suppressTracing(ctx), send);
    recordMetadata(span, response.output?.$metadata);
    const requestId = response.output?.$metadata?.requestId;
    const data = { data: response.output, request, requestId };
    const replaced = extensions.responseHook(data, span, tracer, aws.getConfig(), startTime);
    if (replaced) response.output = replaced as Output;
    return response;
  } catch (error) {
    fail(span, error);
    recordFailure(span, request, error);
    throw error;
  } finally {
    if (!metadata.isStream) span.end();
  }
}

function startSpan(
  tracer: Tracer,
  { serviceName, commandName, region }: BedrockRequest & { region: string | undefined },
  {
    spanName = `${serviceName}.${commandName}`,
    spanKind = SpanKind.CLIENT,
    spanAttributes = {},
  }: RequestSpan,
): Span {
  // Its old name, which the instrumentation's extension has.
  const { 'gen_ai.system': provider, ...attributes } = spanAttributes;
  return tracer.startSpan(spanName, {
    kind: spanKind,
    attributes: {
      'rpc.system.name': 'aws-api',
      'rpc.method': `${serviceName}/${commandName}`,
      'cloud.region': region,
      ...(provider !== undefined && { 'gen_ai.provider.name': provider }),
      ...attributes,
    },
  });
}

function fail(span: Span, error: unknown): void {
  const { message, RequestId, $metadata, extendedRequestId } = (error ?? {}) as Failure;
  recordMetadata(span, { ...$metadata, requestId: RequestId, extendedRequestId });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.recordException(error as Error);
}

function recordMetadata(span: Span, metadata: Metadata | undefined): void {
  span.setAttributes({
    'aws.request_id': metadata?.requestId,
    'http.response.status_code': metadata?.httpStatusCode,
    'aws.request.extended_id': metadata?.extendedRequestId,
  });
}
