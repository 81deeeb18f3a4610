// The format of an error on each transport with JSON: members of HTTP's problem details, the data of a WebSocket message, `_meta`
// of an MCP result, an attribute of an SQS dead letter. gRPC's format is binary: errors/grpc.ts.
import { z } from 'zod';
import { parsedOrUndefined } from '../json.ts';
import { ErrorFields, receiveError, type TracedError } from './errors.ts';

const { message, details, ...origin } = ErrorFields.shape;
/** RFC 9457 problem details with the error's fields as extension members. `title` is constant for each problem type. */
export const ProblemDetails = z.object({
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: message,
  ...origin,
  details: details.unwrap().optional(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;

/** The problem details of an error. */
export function toProblem(error: TracedError, status: number, title: string): ProblemDetails {
  const { message: detail, details, ...origin } = error.fields;
  return { title, status, detail, ...origin, ...(Object.keys(details).length > 0 && { details }) };
}

/** The error in a problem details body; undefined for a body without one. */
export function fromProblem(body: unknown): TracedError | undefined {
  const { detail } = (body ?? {}) as { detail?: unknown };
  return typeof body === 'object' ? receiveError({ ...body, message: detail }) : undefined;
}

/** The data of a WebSocket message of type `error`, and the `failure` of a task's event. */
export function toFailure(error: TracedError): ErrorFields {
  return error.fields;
}

/** The error in the data of an `error` message, or in a task's `failure`. */
export const fromFailure = receiveError;

/** The key of `_meta` that holds the error of an MCP result: reverse DNS and a slash, as MCP requires of vendor keys. */
export const MCP_ERROR_META = 'dev.trace-mesh/error';

/** An MCP tool result with `isError`: the text is for the model, `_meta` for the MCP client. */
export function toToolError(error: TracedError) {
  return {
    isError: true as const,
    content: [{ type: 'text' as const, text: error.message }],
    _meta: { [MCP_ERROR_META]: error.fields },
  };
}

/** The error in an MCP tool result; undefined for a result without one. */
export function fromToolError(result: {
  _meta?: Record<string, unknown> | undefined;
}): TracedError | undefined {
  return receiveError(result._meta?.[MCP_ERROR_META]);
}

/** The message attribute of an SQS dead letter that holds its error. */
export const SQS_ERROR_ATTRIBUTE = 'mesh-error';

/** The message attribute for a dead letter: the error as JSON. */
export function toMessageAttribute(error: TracedError) {
  // SQS refuses these two characters, which JSON does not escape.
  const json = JSON.stringify(error.fields).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');
  return { [SQS_ERROR_ATTRIBUTE]: { DataType: 'String', StringValue: json } };
}

/** The error of a dead letter, which must be received with `MessageAttributeNames: [SQS_ERROR_ATTRIBUTE]`. */
export function fromMessageAttribute(message: {
  MessageAttributes?: Record<string, { StringValue?: string | undefined }> | undefined;
}): TracedError | undefined {
  const text = message.MessageAttributes?.[SQS_ERROR_ATTRIBUTE]?.StringValue;
  return text === undefined ? undefined : receiveError(parsedOrUndefined(text));
}
