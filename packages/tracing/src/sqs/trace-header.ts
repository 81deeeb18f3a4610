// The system attribute AWSTraceHeader, which AWS's own services set. It counts towards no limit of SQS, and has no tracestate
// and no baggage. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import type { Message, MessageSystemAttributeValue } from '@aws-sdk/client-sqs';
import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AWSXRAY_TRACE_ID_HEADER, AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';

const xray = new AWSXRayPropagator();

/** The active trace as message parameters. */
export function traceHeader(): { MessageSystemAttributes?: { AWSTraceHeader: MessageSystemAttributeValue } } {
  const carrier: Record<string, string> = {};
  xray.inject(context.active(), carrier, defaultTextMapSetter);
  const { [AWSXRAY_TRACE_ID_HEADER]: StringValue } = carrier;
  return StringValue
    ? { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue } } }
    : {};
}

/**
 * The span that a received message's header names, if it is sampled. An unsampled header is not read: a Lambda function
 * without active tracing sets one on every message that it sends, and its consumers would never be traced.
 */
export function readTraceHeader({ Attributes }: Message): SpanContext | undefined {
  const carrier = { [AWSXRAY_TRACE_ID_HEADER]: Attributes?.AWSTraceHeader };
  const sender = trace.getSpanContext(xray.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
  return sender && (sender.traceFlags & TraceFlags.SAMPLED) !== 0 ? sender : undefined;
}
