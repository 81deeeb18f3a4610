// How an error crosses where the transport takes JSON: beside the members of HTTP's problem details, in a WebSocket
// message, in an MCP result's `_meta`, and in one SQS attribute. gRPC has a form of its own: see error-grpc.ts.
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { type ErrorFields, receiveError, type TracedError } from './errors.ts';

/** RFC 9457 problem details with the error's own members as extensions. `title` is the same for all of a kind. */
export function toProblem(error: TracedError, status: number, title: string) {
  const { message: detail, details, ...origin } = error.fields;
  return { title, status, detail, ...origin, ...(Object.keys(details).length > 0 && { details }) };
}

/** The error of a problem details body that carries its origin; else undefined. */
export function fromProblem(body: unknown): TracedError | undefined {
  const { detail } = (body ?? {}) as { detail?: unknown };
  return typeof body === 'object' ? receiveError({ ...body, message: detail }) : undefined;
}

/** The data of a WebSocket message of type `error`, and the `failure` of a task's event. */
export function toFailure(error: TracedError): ErrorFields {
  return error.fields;
}

/** The error of an `error` message's data, or of a task's `failure`. */
export const fromFailure = receiveError;

/** Where an MCP result keeps its error, under `_meta`: reverse DNS and a slash, as the protocol asks of names of one's own. */
export const MCP_ERROR_META = 'dev.trace-mesh/error';

/** An MCP tool result with `isError`: the text is for the model, `_meta` for the program around it. */
export function toToolError(error: TracedError) {
  return {
    isError: true as const,
    content: [{ type: 'text' as const, text: error.message }],
    _meta: { [MCP_ERROR_META]: error.fields },
  };
}

/** The error of a tool result that carries one. */
export function fromToolError(result: {
  _meta?: Record<string, unknown> | undefined;
}): TracedError | undefined {
  return receiveError(result._meta?.[MCP_ERROR_META]);
}

/** The attribute of a dead letter that says why it is dead. */
export const SQS_ERROR_ATTRIBUTE = 'mesh-error';

export function toMessageAttribute(error: TracedError): Record<string, MessageAttributeValue> {
  // JSON escapes all that SQS refuses in a text but these two: the message would stay a dead letter without a reason.
  const json = JSON.stringify(error.fields).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');
  return { [SQS_ERROR_ATTRIBUTE]: { DataType: 'String', StringValue: json } };
}

/** The error of a dead letter; ask for `SQS_ERROR_ATTRIBUTE` when receiving it. */
export function fromMessageAttribute(message: Pick<Message, 'MessageAttributes'>): TracedError | undefined {
  const text = message.MessageAttributes?.[SQS_ERROR_ATTRIBUTE]?.StringValue;
  return text === undefined ? undefined : receiveError(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
