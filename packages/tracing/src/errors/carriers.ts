// How an error crosses where the transport takes JSON: beside the members of HTTP's problem details, in a WebSocket
// message, and in an MCP result's `_meta`. gRPC and SQS have forms of their own: errors/grpc.ts and errors/sqs.ts.
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
